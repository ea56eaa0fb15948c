"""Mailing notices and letters. A repeated attempt carries the same Message-ID, so that mail programs show it once."""

from datetime import datetime
from email.utils import parseaddr
from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.notices import letters
from accounts.notices.models import HookDelivery, Letter, Notice
from accounts.notices.wording import Words
from core import mail, secrets, webhooks
from core.operations.errors import Pending, Rejected
from core.operations.models import Operation
from core.operations.performing import Performer

# However long the mail server is down, no mail is given up.
RETRY_SECONDS = 60
PERMANENT = 500


def mail_notice(operation: Operation, at: datetime) -> Notice:
    """Mail one notice to its reader."""
    notice = Notice.objects.select_related("user").get(pk=operation.subject_pk)
    with translation.override(notice.language):
        why = _("You receive this mail because you have an account with us.")
        deliver(operation, notice.user.email, notice.words, notice.act_url, greeting=str(notice.user), why=why)
    return notice


def notice_mailed(operation: Operation, notice: Notice, at: datetime) -> None:
    """Note when it went out."""
    Notice.objects.filter(pk=notice.pk).update(mailed_at=at)


def mail_letter(operation: Operation, at: datetime) -> Letter:
    """Mail one sealed letter."""
    letter = Letter.objects.get(pk=operation.subject_pk)
    content = letters.content(letter)
    with translation.override(content.language):
        why = _("Somebody gave this address to us. If it wasn't you, ignore this mail; nothing will happen.")
        deliver(operation, letter.to, Words.parse(content.text), content.act_url, greeting="", why=why)
    return letter


def letter_mailed(operation: Operation, letter: Letter, at: datetime) -> None:
    """Forget what it said."""
    letters.sent(letter, at=at)


def deliver(operation: Operation, to: str, words: Words, act_url: str, *, greeting: str, why: str) -> None:
    """Hand one mail, HTML and text, to the mail server."""
    url = f"{settings.BASE_URL}{act_url}" if act_url.startswith("/") else act_url
    context = {
        "subject": words.title,
        "greeting": greeting,
        "paragraphs": words.paragraphs,
        "facts": words.facts,
        "action_url": url if words.action_label else "",
        "action_label": words.action_label,
        "why": why,
    }
    body = mail.render("mail/notice", context)
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2]
    headers = {"Message-ID": f"<{operation.uuid}@{domain}>", "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(words.title, body.text, to=[to], headers=headers)
    message.attach_alternative(body.html, "text/html")
    try:
        message.send()
    except SMTPRecipientsRefused as refused:
        raise rejection(refused) from refused
    except (SMTPException, OSError) as error:
        raise Pending(RETRY_SECONDS) from error


def rejection(refused: SMTPRecipientsRefused) -> Exception:
    """What a refused address means: never (5xx), or not now (greylisting)."""
    codes = [code for code, _text in refused.recipients.values()]
    if all(code >= PERMANENT for code in codes):
        return Rejected("The mail server says that this address does not exist.")
    return Pending(RETRY_SECONDS)


def post_notice(operation: Operation, at: datetime) -> int:
    """Post one occasion to a webhook, signed."""
    delivery = HookDelivery.objects.select_related("hook").get(pk=operation.subject_pk)
    hook = delivery.hook
    if hook.url is None or hook.secret is None:
        raise Rejected("The webhook was removed.")
    url, secret = (secrets.unseal(bytes(sealed), hook.binding).decode() for sealed in (hook.url, hook.secret))
    path = delivery.said["act_url"]
    data = {**delivery.said, "act_url": f"{settings.BASE_URL}{path}" if path.startswith("/") else path}
    said = {"type": delivery.kind, "timestamp": delivery.at.isoformat(), "data": data}
    return webhooks.post(url, said, key=operation.uuid, secret=secret, at=at)


def notice_posted(operation: Operation, status: int, at: datetime) -> None:
    """Note that it arrived."""
    HookDelivery.objects.filter(pk=operation.subject_pk).update(state="DELIVERED", done_at=at)


def notice_not_posted(operation: Operation, text: str, at: datetime) -> None:
    """Note why it never will."""
    HookDelivery.objects.filter(pk=operation.subject_pk).update(state="FAILED", error=text[:200], done_at=at)


PERFORMERS = {
    "notice.mail": Performer(mail_notice, notice_mailed),
    "letter.mail": Performer(mail_letter, letter_mailed),
    "notice.post": Performer(post_notice, notice_posted, notice_not_posted),
}
