"""Sending a code, checking it, sending it again.

6 digits, valid 5 minutes (2 to 10), 5 checks, again after 30 seconds. A code is kept as a keyed hash; a wrong, an
expired, a locked and an unknown code get the same answer after the same work.
"""

import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext as _

from accounts.access import Actor
from core.errors import Refused
from sms import numbers
from sms.messages import actions as messages
from sms.messages.actions import Text
from sms.subscriptions import actions as subscriptions
from sms.subscriptions.models import Subscription
from sms.two_factor import guard
from sms.two_factor.models import Verification

CHECKS, SENDINGS = 5, 4
AGAIN = timedelta(seconds=30)
LENGTH, SHORTEST, LONGEST = 6, 4, 8
MINUTES, MINUTES_MIN, MINUTES_MAX = 5, 2, 10
CODE = re.compile(rf"[0-9]{{{SHORTEST},{LONGEST}}}")
DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
BRAND_LONGEST = 20
# Words only: nothing that a phone makes a link of, no second text.
BRAND = re.compile(rf"(?=\S)[\w &'・ー+!-]{{1,{BRAND_LONGEST}}}(?<=\S)")
WORDS = {
    "ja": "認証コード: {code}\n{minutes}分以内に入力してください。他の人に教えないでください。",
    "en": "Your code is {code}. It is valid for {minutes} minutes. Don't tell it to anybody.",
}

BRACKETS = {"ja": "【{}】", "en": "{}: "}


@dataclass(frozen=True)
class CodeOrder:
    """What to send. code: "" for one of ours. domain: for browsers that fill the code in by themselves (WebOTP).

    sender: an approved name in place of a number. brand: whose code it is, in the words of the text.
    """

    destination: str
    code: str = ""
    sender: str = ""
    domain: str = ""
    purpose: str = ""
    language: str = "ja"
    minutes: int = MINUTES
    reference: str = ""
    brand: str = ""


def check_order(order: CodeOrder) -> None:
    """Raise Refused for a code, domain or time that can't be."""
    if order.code and not CODE.fullmatch(order.code):
        text = _("A code has %(least)s to %(most)s digits.") % {"least": SHORTEST, "most": LONGEST}
        raise Refused(text, field="code", code="invalid_code", status=400)
    if order.domain and not DOMAIN.fullmatch(order.domain):
        raise Refused(_("This is not a domain name."), field="domain", code="invalid_domain", status=400)
    if order.brand and not BRAND.fullmatch(order.brand):
        text = _("A name has at most %(most)s letters, digits and spaces, no line break and no address of a page.")
        raise Refused(text % {"most": BRAND_LONGEST}, field="brand", code="invalid_sender", status=400)
    if not MINUTES_MIN <= order.minutes <= MINUTES_MAX:
        text = _("A code is valid for %(least)s to %(most)s minutes.") % {"least": MINUTES_MIN, "most": MINUTES_MAX}
        raise Refused(text, field="minutes", code="invalid_minutes", status=400)


@transaction.atomic
def send(subscription: Subscription, order: CodeOrder, *, by: Actor, at: datetime) -> tuple[Verification, str]:
    """Send a code; returns the verification and the code, which is not kept (67-2).

    A pending code to the same number for the same purpose is replaced. The same reference again gives the same
    verification, with an empty code. Raises Refused within 30 seconds of the last one, above the limits of the guard,
    or when the order is bad.
    """
    before = messages.sent_before(subscription, order.reference)
    if before is not None and hasattr(before, "verification"):
        return before.verification, ""
    check_order(order)
    subscriptions.check(subscription, at=at)
    guard.check(subscription, order.destination, at=at)
    pending = Verification.objects.select_for_update().filter(
        project=subscription.project, destination=order.destination, purpose=order.purpose, state="PENDING"
    )
    former = pending.first()
    if former is not None and at - former.created_at < AGAIN:
        raise too_soon(former, at)
    pending.update(state="REPLACED")
    code = order.code or generated()
    try:
        with transaction.atomic():
            return drawn_up(subscription, order, code, sendings=1, by=by, at=at), code
    except IntegrityError as error:  # a rival was quicker
        raise Refused(_("A code was sent to this number a moment ago."), code="too_soon", status=429) from error


def too_soon(former: Verification, at: datetime) -> Refused:
    seconds = int((former.created_at + AGAIN - at).total_seconds()) + 1
    text = _("A code was sent to this number a moment ago. It can be sent again in %(seconds)s seconds.")
    return Refused(text % {"seconds": seconds}, field="destination", code="too_soon", status=429)


def drawn_up(
    subscription: Subscription, order: CodeOrder, code: str, *, sendings: int, by: Actor, at: datetime
) -> Verification:
    """Write down the code's hash and have its text sent."""
    expires_at = at + timedelta(minutes=order.minutes)
    text = Text(
        order.destination, worded(order, code), order.sender, order.reference, expires_at=expires_at, urgent=True
    )
    message = messages.send(subscription, text, by=by, at=at)
    return Verification.objects.create(
        project=subscription.project,
        subscription=subscription,
        message=message,
        destination=order.destination,
        prefix=order.destination[: numbers.PREFIX],
        purpose=order.purpose,
        domain=order.domain,
        brand=order.brand,
        language=order.language,
        code_hash=hashed(subscription.project_id, order.purpose, order.destination, code),
        sendings=sendings,
        created_at=at,
        expires_at=expires_at,
    )


@transaction.atomic
def resend(verification: Verification, *, by: Actor, at: datetime) -> tuple[Verification, str]:
    """Send a new code in place of one that did not arrive, after 30 seconds and at most 3 times."""
    subscription = verification.subscription
    subscriptions.check(subscription, at=at)
    guard.check(subscription, verification.destination, at=at)
    if at - verification.created_at < AGAIN:
        raise too_soon(verification, at)
    if verification.sendings >= SENDINGS:
        raise Refused(_("It was sent too often. Begin anew later."), code="too_many", status=429)
    if not Verification.objects.filter(pk=verification.pk, state="PENDING").update(state="REPLACED"):
        raise Refused(_("This code is no longer waited for. Send a new one."), code="conflict")
    minutes = max(MINUTES_MIN, round((verification.expires_at - verification.created_at).total_seconds() / 60))
    order = CodeOrder(
        verification.destination, "", verification.message.sender, verification.domain, verification.purpose,
        verification.language, minutes, brand=verification.brand,
    )  # fmt: skip
    code = generated()
    sendings = verification.sendings + 1
    return drawn_up(subscription, order, code, sendings=sendings, by=by, at=at), code


def check(verification: Verification | None, code: str, *, at: datetime) -> bool:
    """Whether this is the code, still valid and not used yet. Each try counts; the fifth wrong one locks it.

    Full-width digits and spaces around it are as good. The same answer in the same time for a right, wrong, expired,
    locked or unknown one: one hash and one statement each.
    """
    where = (verification.project_id, verification.purpose, verification.destination) if verification else (0, "", "")
    given = hashed(*where, unicodedata.normalize("NFKC", code[:40]).strip())
    kept = bytes(verification.code_hash) if verification else b"\0" * 32
    same = hmac.compare_digest(given, kept)
    pk = verification.pk if verification else 0
    live = Verification.objects.filter(pk=pk, state="PENDING", checks__lt=CHECKS, expires_at__gt=at)
    wrong = Case(When(checks__gte=CHECKS - 1, then=Value("LOCKED")), default=F("state"))
    state = Value("VERIFIED") if same else wrong
    counted = live.update(state=state, checks=F("checks") + 1, verified_at=at if same else None)
    return same and bool(counted)


def generated() -> str:
    return f"{secrets.randbelow(10**LENGTH):0{LENGTH}}"


def hashed(project_pk: int, purpose: str, destination: str, code: str) -> bytes:
    """What is kept of a code: useless without our key, and for another tenant, purpose or number."""
    key = settings.SECRET_KEY.encode()
    return hmac.digest(key, f"otp\0{project_pk}\0{purpose}\0{destination}\0{code}".encode(), "sha256")


def worded(order: CodeOrder, code: str) -> str:
    """The text; with a domain its last line is what WebOTP reads."""
    text = WORDS.get(order.language, WORDS["ja"]).format(code=code, minutes=order.minutes)
    if order.brand:
        text = f"{BRACKETS.get(order.language, BRACKETS['ja']).format(order.brand)}{text}"
    return f"{text}\n\n@{order.domain} #{code}" if order.domain else text
