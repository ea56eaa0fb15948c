"""Opening a case, writing in it, closing it; each side hears when the other has written."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.text import Truncator

from accounts import audit, notices
from accounts.cases.models import Attachment, Case, CaseMessage
from accounts.notices import Topic, letters
from accounts.organisations.models import Organisation
from accounts.users.models import User
from core.ids import kind_of
from core.uploads import Upload

if TYPE_CHECKING:
    from accounts.access import Actor

State = Case.State
# Letters of an answer that its notice quotes.
EXCERPT = 500


@transaction.atomic
def open(
    organisation: Organisation,
    *,
    topic: str,
    title: str,
    body: str,
    files: Sequence[Upload] = (),
    about: models.Model | None = None,
    by: "Actor",
    at: datetime,
) -> Case:
    """Open a case with its first message, from either side. topic: Case.Topic. about: the thing it concerns, if any."""
    case = Case.objects.create(
        organisation=organisation,
        topic=Case.Topic(topic),
        title=title,
        subject_kind=kind_of(about) if about else "",
        subject_pk=about.pk if about else None,
        subject_name=str(about)[:100] if about else "",
        state=State.ANSWERED if from_us(by) else State.OPEN,
        state_changed_at=at,
        opened_by=by.user if by.kind == "user" else None,
        created_at=at,
    )
    audit.record("case.opened", case, by=by, at=at, topic=topic)
    write(case, body=body, files=files, by=by, at=at)
    return case


@transaction.atomic
def reply(case: Case, *, body: str, files: Sequence[Upload] = (), by: "Actor", at: datetime) -> CaseMessage:
    """Write in a case: staff's words make it answered, a customer's words make it wait for us, closed or not."""
    moved = case.move("answer" if from_us(by) else "ask", at=at)
    audit.record("case.answered" if from_us(by) else "case.asked", case, moved, by=by, at=at)
    return write(case, body=body, files=files, by=by, at=at)


def write(case: Case, *, body: str, files: Sequence[Upload], by: "Actor", at: datetime) -> CaseMessage:
    """Add a message with its files, and tell the other side."""
    message = CaseMessage.objects.create(
        case=case, from_staff=from_us(by), author=by.user, author_label=by.label[:64], body=body, at=at
    )
    Attachment.objects.bulk_create(
        Attachment(
            message=message,
            name=file.name,
            content_type=file.content_type,
            size=len(file.content),
            sha256=file.sha256,
            content=file.content,
        )
        for file in files
    )
    tell = tell_customer if message.from_staff else tell_staff
    tell(case, message)
    return message


def from_us(actor: "Actor") -> bool:
    """Whether staff, or the system for them, write."""
    return actor.kind in ("staff", "system")


@transaction.atomic
def close(case: Case, *, by: "Actor", at: datetime) -> None:
    """Close a case; writing in it opens it again. Raises Refused when it is closed already."""
    moved = case.move("close", at=at)
    audit.record("case.closed", case, moved, by=by, at=at)


def tell_customer(case: Case, message: CaseMessage) -> None:
    """Tell the owners, and who opened the case, that we have written."""
    readers: list[Organisation | User] = [case.organisation, *([case.opened_by] if case.opened_by else [])]
    for reader in readers:
        notices.send(
            "case_answered",
            case,
            to=reader,
            occasion=str(message.pk),
            topic=Topic.SUPPORT,
            act_url=case.get_absolute_url(),
            at=message.at,
            excerpt=Truncator(" ".join(message.body.split())).chars(EXCERPT),
        )


def tell_staff(case: Case, message: CaseMessage) -> None:
    """Mail settings.STAFF_ADDRESS, if there is one, that a customer has written; the admin shows it anyway."""
    if not settings.STAFF_ADDRESS:
        return
    with translation.override(settings.LANGUAGE_CODE):
        letters.post(
            "case_waits",
            settings.STAFF_ADDRESS,
            act_url=reverse("admin:accounts_case_change", args=[case.pk]),
            by=message.author_label,
            at=message.at,
            case=case,
        )
