"""Asking somebody by mail to join: the link works once, for a week, for that address only."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.levels import Level
from accounts.members import actions as members
from accounts.members.actions import Rights
from accounts.members.models import Invitation, Member
from accounts.notices import letters
from accounts.organisations.models import Organisation
from core.errors import Refused

if TYPE_CHECKING:
    from accounts.access import Actor
    from accounts.users.models import User

VALID_FOR = timedelta(days=7)
# So that the panel can't be used to send mails to the world.
MOST_A_DAY = 50


@transaction.atomic
def invite(organisation: Organisation, email: str, rights: Rights, *, by: "Actor", at: datetime) -> Invitation:
    """Invite an address and mail it the link; its token is kept as a hash. An earlier open invitation is withdrawn."""
    organisation.lock()
    email = email.strip().lower()
    if Member.objects.filter(organisation=organisation, user__email__iexact=email).exists():
        raise Refused(_("This person is a member already."), field="email")
    if (
        Invitation.objects.filter(organisation=organisation, created_at__gt=at - timedelta(days=1)).count()
        >= MOST_A_DAY
    ):
        raise Refused(_("An organisation can send 50 invitations a day. Please go on tomorrow."), code="quota_exceeded")
    Invitation.objects.filter(
        organisation=organisation, email__iexact=email, accepted_at=None, withdrawn_at=None
    ).update(withdrawn_at=at)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        token_hash=hash_of(token),
        levels={str(pk): int(level) for pk, level in rights.levels.items()},
        invited_by=by.user,
        created_at=at,
        expires_at=at + VALID_FOR,
        **rights.flags,
    )
    audit.record("member.invited", invitation, by=by, at=at, **members.described(rights, organisation))
    post(invitation, token, by=by, at=at)
    return invitation


@transaction.atomic
def accept(invitation: Invitation, user: "User", *, by: "Actor", at: datetime) -> Member:
    """Join by an invitation. Raises Refused when it is used, withdrawn or expired, or was sent to another address."""
    refuse_stranger(invitation, user)
    won = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None, expires_at__gt=at)
    if not won.update(accepted_at=at):
        raise Refused(_("This invitation is no longer valid. Ask for a new one."))
    levels = {int(pk): Level(level) for pk, level in invitation.levels.items()}
    rights = Rights(invitation.is_owner, invitation.may_bill, invitation.may_eventlog, levels)
    return members.add(invitation.organisation, user, rights, by=by, at=at)


@transaction.atomic
def withdraw(invitation: Invitation, *, by: "Actor", at: datetime) -> None:
    """Make the link worthless. Raises Refused when it was accepted or withdrawn before."""
    still_open = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not still_open.update(withdrawn_at=at):
        raise Refused(_("This invitation was used or withdrawn already."))
    audit.record("member.uninvited", invitation, by=by, at=at)


def find(token: str, at: datetime) -> Invitation | None:
    """The open invitation of a link, or None. One query."""
    rows = Invitation.objects.select_related("organisation", "invited_by")
    return rows.filter(token_hash=hash_of(token), accepted_at=None, withdrawn_at=None, expires_at__gt=at).first()


def refuse_stranger(invitation: Invitation, user: "User") -> None:
    """Raises Refused unless the invited address is a verified address of the user."""
    if not EmailAddress.objects.filter(user=user, email__iexact=invitation.email, verified=True).exists():
        text = _("This invitation was sent to %(email)s. Sign in with that address to accept it.")
        raise Refused(text % {"email": invitation.email})


def post(invitation: Invitation, token: str, *, by: "Actor", at: datetime) -> None:
    """Mail the link, in the organisation's language: we don't know the reader's."""
    with translation.override(invitation.organisation.language):
        letters.post(
            "member_invited",
            invitation.email,
            act_url=reverse("invitation", args=[token]),
            by=by,
            at=at,
            invitation=invitation,
            inviter=str(invitation.invited_by or invitation.organisation),
        )


def hash_of(token: str) -> bytes:
    """What the database keeps of a link's token."""
    return hashlib.sha256(token.encode()).digest()
