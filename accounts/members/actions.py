"""Who belongs to an organisation and what they may do; an organisation always keeps an owner."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.levels import Level
from accounts.members.models import Grant, Member
from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from core.errors import Refused

if TYPE_CHECKING:
    from accounts.access import Actor
    from accounts.users.models import User


@dataclass(frozen=True)
class Rights:
    """What a member may do. levels: access level by the project's primary key; an owner may everything anyway."""

    is_owner: bool = False
    may_bill: bool = False
    may_eventlog: bool = False
    levels: Mapping[int, Level] = field(default_factory=dict)

    @property
    def flags(self) -> dict[str, bool]:
        return {"is_owner": self.is_owner, "may_bill": self.may_bill, "may_eventlog": self.may_eventlog}


@transaction.atomic
def add(organisation: Organisation, user: "User", rights: Rights, *, by: "Actor", at: datetime) -> Member:
    """Make the user a member. Raises Refused when they are one already."""
    organisation.lock()
    if Member.objects.filter(organisation=organisation, user=user).exists():
        raise Refused(_("This person is a member already."))
    member = Member.objects.create(organisation=organisation, user=user, created_at=at, **rights.flags)
    grant(member, rights.levels)
    audit.record("member.added", member, by=by, at=at, **described(rights, organisation))
    return member


@transaction.atomic
def change(member: Member, rights: Rights, *, by: "Actor", at: datetime) -> None:
    """Give a member other rights. Raises Refused when nobody would be left as owner."""
    member.organisation.lock()
    if not rights.is_owner:
        refuse_last_owner(member)
    for name, value in rights.flags.items():
        setattr(member, name, value)
    member.save(update_fields=list(rights.flags))
    grant(member, rights.levels)
    audit.record("member.changed", member, by=by, at=at, **described(rights, member.organisation))


@transaction.atomic
def remove(member: Member, *, by: "Actor", at: datetime) -> None:
    """Take a member out of the organisation; also how one leaves. Raises Refused for the last owner."""
    member.organisation.lock()
    refuse_last_owner(member)
    audit.record("member.removed", member, by=by, at=at)
    member.delete()


@transaction.atomic
def transfer(organisation: Organisation, heir: Member, *, by: "Actor", at: datetime) -> None:
    """Hand ownership over: the heir becomes owner, the one who hands over stays as a member with every right but that.

    Raises Refused when the one who acts is no owner, or the heir is the same person or of another organisation.
    """
    organisation.lock()
    giver = Member.objects.filter(organisation=organisation, user=by.user, is_owner=True).first()
    if giver is None or heir.organisation_id != organisation.pk or heir.pk == giver.pk:
        raise Refused(_("Ownership can only be handed from an owner to another member."))
    Member.objects.filter(pk=heir.pk).update(is_owner=True)
    heir.is_owner = True
    Member.objects.filter(pk=giver.pk).update(is_owner=False, may_bill=True, may_eventlog=True)
    projects = Project.objects.filter(organisation=organisation, closed_at=None)
    grant(giver, {project.pk: Level.CREATE for project in projects})
    audit.record("organisation.transferred", organisation, by=by, at=at, heir=str(heir))


def rights_of(member: Member) -> Rights:
    """What a member may do now. One query."""
    levels = {pk: Level(level) for pk, level in member.grants.values_list("project_id", "level")}
    return Rights(member.is_owner, member.may_bill, member.may_eventlog, levels)


def grant(member: Member, levels: Mapping[int, Level]) -> None:
    """Make the member's grants exactly these, within the organisation's open projects; NONE is no row."""
    own = Project.objects.filter(organisation=member.organisation_id, closed_at=None, pk__in=levels)
    rows = [Grant(member=member, project=p, level=levels[p.pk]) for p in own if levels[p.pk] > Level.NONE]
    Grant.objects.filter(member=member).delete()
    Grant.objects.bulk_create(rows)


def refuse_last_owner(member: Member) -> None:
    """Raises Refused when no other owner is left. Call with the organisation locked."""
    others = Member.objects.filter(organisation=member.organisation_id, is_owner=True).exclude(pk=member.pk)
    if not others.exists():
        raise Refused(
            _("An organisation always keeps an owner, and this is the last one. Make another member owner first."),
            code="last_owner",
        )


def described(rights: Rights, organisation: Organisation) -> dict[str, object]:
    """The rights as the event log keeps them, projects by their public number."""
    numbers = dict(Project.objects.filter(organisation=organisation, pk__in=rights.levels).values_list("pk", "number"))
    levels = {str(numbers[pk]): Level(level).name for pk, level in rights.levels.items() if pk in numbers}
    return {**rights.flags, "levels": levels}
