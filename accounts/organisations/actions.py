"""Signing up, being accepted or refused (AM-27), and what the customer is called on papers."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, consents, notices
from accounts.members.models import Member
from accounts.organisations.models import Organisation
from accounts.projects import actions as projects
from core.calendar import jst_date
from core.errors import Refused

if TYPE_CHECKING:
    from accounts.access import Actor

State = Organisation.State


@dataclass(frozen=True)
class Particulars:
    """Who the customer is and what invoices say. kind: Organisation.Kind; registration_number: T + 13 digits, or ""."""

    name: str
    kind: str
    billing_name: str
    postal_code: str = ""
    address: str = ""
    phone: str = ""
    registration_number: str = ""
    language: str = "ja"


@transaction.atomic
def apply(particulars: Particulars, *, by: "Actor", at: datetime) -> Organisation:
    """End of sign-up: the organisation with its applicant as owner and a first project; records the terms (1-1).

    It is accepted later, once the address is verified and a means of payment is registered (AM-27).
    """
    if by.user is None:
        raise Refused(_("Only a person can sign up."))
    organisation = Organisation.objects.create(**asdict(particulars), state_changed_at=at, created_at=at)
    Member.objects.create(organisation=organisation, user=by.user, is_owner=True, created_at=at)
    audit.record("organisation.applied", organisation, by=by, at=at)
    consents.accept(organisation, consents.SIGN_UP, by=by, at=at)
    projects.create(organisation, name=_("Default"), by=by, at=at)
    return organisation


@transaction.atomic
def accept_if_ready(organisation: Organisation, *, has_means: bool, by: "Actor", at: datetime) -> bool:
    """Accept an applicant whose address is verified and who has a card or another approved means (AM-27).

    Returns whether the organisation is active now. Called when either condition may have become true.
    """
    organisation.lock()
    organisation.refresh_from_db(fields=["state"])
    if organisation.state == State.APPLIED and has_means and has_verified_owner(organisation):
        accept(organisation, by=by, at=at)
    return bool(organisation.state == State.ACTIVE)


@transaction.atomic
def accept(organisation: Organisation, *, by: "Actor", at: datetime) -> None:
    """Conclude the contract: it starts this day, whether or not anything was paid (3-1)."""
    concluded_at = organisation.concluded_at or at
    moved = organisation.move("accept", at=at, concluded_at=concluded_at, refusal_reason="")
    audit.record("organisation.accepted", organisation, moved, by=by, at=at)
    notices.send(
        "organisation_accepted",
        organisation,
        to=organisation,
        occasion=at.isoformat(),
        act_url="/",
        at=at,
        started_on=jst_date(concluded_at),
    )


@transaction.atomic
def refuse(organisation: Organisation, reason: str, *, by: "Actor", at: datetime) -> None:
    """Refuse an applicant, or a customer, on a ground of the basic terms (AM-27). reason: Organisation.Reason."""
    moved = organisation.move("refuse", at=at, refusal_reason=Organisation.Reason(reason))
    audit.record("organisation.refused", organisation, moved, by=by, at=at, reason=reason)
    notices.send(
        "organisation_refused",
        organisation,
        to=organisation,
        occasion=at.isoformat(),
        act_url="/cases/new",
        at=at,
    )


@transaction.atomic
def update(organisation: Organisation, particulars: Particulars, *, by: "Actor", at: datetime) -> None:
    """Change what the customer is called and where papers go; issued invoices stay as they are."""
    before = asdict(particulars_of(organisation))
    changed = {name: value for name, value in asdict(particulars).items() if before[name] != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(organisation, name, value)
    organisation.save(update_fields=changed)
    audit.record("organisation.updated", organisation, by=by, at=at, fields=sorted(changed))


def particulars_of(organisation: Organisation) -> Particulars:
    """What is known about the customer now."""
    return Particulars(**{field.name: getattr(organisation, field.name) for field in fields(Particulars)})


def has_verified_owner(organisation: Organisation) -> bool:
    """Whether an owner has proven that the mail address is theirs. One query."""
    return bool(
        EmailAddress.objects.filter(
            user__memberships__organisation=organisation, user__memberships__is_owner=True, verified=True
        ).exists()
    )
