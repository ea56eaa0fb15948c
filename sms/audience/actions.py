"""Sender names by approval, and the list of numbers that want nothing."""

import re
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import audit, notices
from accounts.access import Actor
from accounts.notices import Topic, letters
from accounts.projects.models import Project
from core.errors import Refused
from sms import numbers
from sms.audience.models import OptOut, SenderName
from sms.messages import sending
from sms.messages.models import Message
from sms.resale.models import Resale

NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 .&-]{1,9}[A-Za-z0-9]")
STOP_WORDS = ("STOP", "停止", "配信停止")


@transaction.atomic
def apply(project: Project, *, name: str, end_user: str = "", by: Actor, at: datetime) -> SenderName:
    """Ask for a sender name; staff approve it. A name for an end user needs the screening for resale (71-1)."""
    if not NAME.fullmatch(name):
        text = _("A sender name has 3 to 11 letters and digits of the Latin alphabet, at least one letter among them.")
        raise Refused(text, field="name", code="invalid_sender", status=400)
    if end_user and not may_resell(project):
        text = _("Letting end users send needs our and the supplier's screening first.")
        raise Refused(text, clause="71-1", field="end_user", code="resale_needed")
    try:
        with transaction.atomic():
            made = SenderName.objects.create(
                project=project, name=name, end_user=end_user, created_at=at, state_changed_at=at
            )
    except IntegrityError as error:
        raise Refused(_("This sender name is on your list already."), field="name") from error
    audit.record("sms.sender_applied", made, by=by, at=at)
    if settings.STAFF_ADDRESS:
        with translation.override(settings.LANGUAGE_CODE):
            where = reverse("admin:sms_sendername_changelist")
            letters.post("sms.sender_waits", settings.STAFF_ADDRESS, act_url=where, sender=made, by=by, at=at)
    return made


def may_resell(project: Project) -> bool:
    """Whether the project was screened for resale and its separate contract runs (71-1)."""
    return Resale.objects.filter(
        project=project, state="APPROVED", contract__state__in=("PROVISIONAL", "ACTIVE", "ENDING")
    ).exists()


@transaction.atomic
def approve(sender: SenderName, *, by: Actor, at: datetime) -> None:
    """Staff approve the name."""
    moved = sender.move("approve", reason="", at=at)
    audit.record("sms.sender_approved", sender, moved, by=by, at=at)
    tell(sender, "sms.sender_approved", at=at)


@transaction.atomic
def refuse(sender: SenderName, *, reason: str, by: Actor, at: datetime) -> None:
    """Staff refuse the name, or take an approval back."""
    moved = sender.move("refuse", reason=reason[:200], at=at)
    hold_back(sender, at=at)
    audit.record("sms.sender_refused", sender, moved, by=by, at=at, reason=reason)
    tell(sender, "sms.sender_refused", at=at)


def tell(sender: SenderName, kind: str, *, at: datetime) -> None:
    occasion, url = at.isoformat(), reverse("senders")
    notices.send(kind, sender, to=sender.project, topic=Topic.SERVICE, occasion=occasion, act_url=url, at=at)


@transaction.atomic
def delete(sender: SenderName, *, by: Actor, at: datetime) -> None:
    """Take the name off the list."""
    moved = sender.move("delete", at=at)
    hold_back(sender, at=at)
    audit.record("sms.sender_deleted", sender, moved, by=by, at=at)


def hold_back(sender: SenderName, *, at: datetime) -> None:
    """Nothing that waits goes out under a name that is no longer approved."""
    waiting = Message.objects.filter(project=sender.project_id, sender=sender.name)
    sending.skip(waiting, gettext_noop("The sender name is no longer approved."), at=at)


def check_sender(project: Project, name: str) -> None:
    """Raise Refused unless the name is approved; without a name the supplier's number stands as the sender."""
    if not name:
        return
    sender = SenderName.objects.filter(project=project, name=name, state="APPROVED").first()
    if sender is None:
        text = _("“%(name)s” is no approved sender name of this project.")
        raise Refused(text % {"name": name}, field="sender", code="invalid_sender", status=400)
    if sender.end_user and not may_resell(project):
        text = _("“%(name)s” is the name of an end user; the contract for that has ended.")
        raise Refused(text % {"name": name}, clause="71-1", field="sender", code="resale_needed")


@transaction.atomic
def opt_out(project: Project, destination: str, *, source: str = "CUSTOMER", by: Actor, at: datetime) -> OptOut:
    """Nothing of A2P goes to the number any more, not even what waits already."""
    made, new = OptOut.objects.get_or_create(
        project=project, destination=destination, defaults={"source": source, "created_at": at}
    )
    waiting = Message.objects.filter(project=project, destination=destination, subscription__kind="A2P")
    sending.skip(waiting, gettext_noop("The number opted out."), at=at)
    if new:
        audit.record("sms.opted_out", made, by=by, at=at)
    return made


@transaction.atomic
def opt_in(entry: OptOut, *, by: Actor, at: datetime) -> None:
    """Take a number off the list, because its owner asked for it."""
    audit.record("sms.opted_in", entry, by=by, at=at)
    entry.delete()


def check_opted_in(project: Project, destination: str) -> None:
    """Raise Refused when the number opted out."""
    if OptOut.objects.filter(project=project, destination=destination).exists():
        text = _("%(number)s wants no messages (it is on your opt-out list), so nothing was sent.")
        raise Refused(text % {"number": numbers.masked(destination)}, field="destination", code="opted_out")


def replied(destination: str, sender: str, text: str, *, by: Actor, at: datetime) -> bool:
    """Somebody answered: with a stop word the number opts out of the project whose message came last."""
    if text.strip().upper() not in STOP_WORDS:
        return False
    last = Message.objects.filter(destination=destination, subscription__kind="A2P").order_by("-created_at", "-pk")
    message = last.select_related("project").first()
    if message is None:
        return False
    opt_out(message.project, destination, source="REPLY", by=by, at=at)
    return True
