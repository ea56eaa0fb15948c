"""Closing an organisation, and a person's own account: what goes, and what the law and the terms make us keep."""

from datetime import datetime
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.api_keys.models import ApiKey
from accounts.deadlines.models import Deadline, Feed
from accounts.members.models import Invitation, Member
from accounts.notices.models import Muted
from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from accounts.users.models import User
from core.errors import Hint, Refused

if TYPE_CHECKING:
    from accounts.access import Actor


def refuse_open_projects(organisation: Organisation, at: datetime) -> None:
    """Raises Refused while a project has something in it: what runs is ended by its own rules first.

    The projects themselves need not be closed one by one.
    """
    for project in Project.objects.filter(organisation=organisation, closed_at=None).order_by("pk"):
        for guard in settings.CLOSING_GUARDS:
            import_string(guard)(project, at)


def obstacles(organisation: Organisation, at: datetime) -> list[Refused]:
    """What is in the way of closing the organisation now."""
    found = []
    for guard in settings.ORGANISATION_GUARDS:
        try:
            import_string(guard)(organisation, at)
        except Refused as refusal:
            found.append(refusal)
    return found


@transaction.atomic
def close(organisation: Organisation, *, by: "Actor", at: datetime) -> None:
    """Close the organisation with its projects, keys and invitations; nobody enters it any more.

    Kept: invoices, the event log, consents, cases. Raises Refused while something is in the way.
    """
    organisation.lock()
    for guard in settings.ORGANISATION_GUARDS:
        import_string(guard)(organisation, at)
    moved = organisation.move("close", at=at)
    notices.send("organisation_closed", organisation, to=organisation, occasion="closed", at=at)
    ApiKey.objects.filter(project__organisation=organisation, revoked_at=None).update(revoked_at=at)
    Invitation.objects.filter(organisation=organisation, accepted_at=None, withdrawn_at=None).update(withdrawn_at=at)
    Project.objects.filter(organisation=organisation, closed_at=None).update(closed_at=at)
    Deadline.objects.filter(organisation=organisation, done_at=None).update(done_at=at)
    Feed.objects.filter(organisation=organisation).delete()
    audit.record("organisation.closed", organisation, moved, by=by, at=at)


@transaction.atomic
def close_account(user: User, *, by: "Actor", at: datetime) -> None:
    """Close a person's own account: they can't sign in any more, and name, addresses and second factors are removed.

    What they did stays in the event logs of the organisations. Raises Refused while they belong to an open one.
    """
    seats = Member.objects.filter(user=user).exclude(organisation__state=Organisation.State.CLOSED)
    if seats.exists():
        hint = Hint(_("Members"), "/members")
        raise Refused(_("You still belong to an organisation. Leave or close it first."), hints=[hint])
    audit.record("user.closed", user, by=by, at=at)
    for model in (EmailAddress, Authenticator, Muted, Feed):
        model.objects.filter(user=user).delete()
    user.email, user.name, user.is_active = f"closed-{user.pk}@closed.invalid", "", False
    user.set_unusable_password()
    user.save(update_fields=["email", "name", "is_active", "password"])
