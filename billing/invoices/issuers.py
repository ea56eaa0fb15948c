"""Who issues papers on which day."""

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from stdnum.jp import cn

from accounts import audit
from billing.invoices.models import Issuer
from core.calendar import jst_date
from core.errors import Refused

if TYPE_CHECKING:
    from accounts.access import Actor


def on(when: date | datetime) -> Issuer:
    """The issuer of a JST day or instant. Raises Refused when staff have set nobody."""
    day = jst_date(when) if isinstance(when, datetime) else when
    issuer = Issuer.objects.filter(since__lte=day).order_by("-since").first()
    if issuer is None:
        raise Refused(_("No issuer of invoices is set."))
    return issuer


@transaction.atomic
def add(
    *, since: date, name: str, registration_number: str, postal_code: str, address: str, contact: str, by: "Actor",
    at: datetime,
) -> Issuer:  # fmt: skip
    """Set who issues papers from a JST day on; those of earlier days keep their issuer.

    Raises Refused for a number that can't be one, for a day on which somebody begins already, and for a day that isn't
    in the future: what was issued then stands. While nobody is set, any day may be the first.
    """
    number = registered(registration_number)
    if since <= jst_date(at) and Issuer.objects.filter(since__lte=jst_date(at)).exists():
        text = _("An issuer can begin tomorrow at the earliest: what was issued before keeps its issuer.")
        raise Refused(text, field="since")
    values = {"name": name, "postal_code": postal_code, "address": address, "contact": contact}
    try:
        with transaction.atomic():
            issuer = Issuer.objects.create(since=since, registration_number=number, **values)
    except IntegrityError as error:
        raise Refused(_("Another issuer begins that day already. Withdraw it first."), field="since") from error
    audit.record("issuer.added", issuer, by=by, at=at, since=since.isoformat())
    return issuer


@transaction.atomic
def withdraw(issuer: Issuer, *, by: "Actor", at: datetime) -> None:
    """Take back an issuer that hasn't begun. Raises Refused once it has."""
    if issuer.since <= jst_date(at):
        raise Refused(_("This issuer has begun and stands on papers. Add a new one for a coming day instead."))
    audit.record("issuer.withdrawn", issuer, by=by, at=at, since=issuer.since.isoformat())
    Issuer.objects.filter(pk=issuer.pk).delete()


def registered(text: str) -> str:
    """A registration number as it is printed: T and 13 digits. Raises Refused, also when its check digit is wrong."""
    plain = re.sub(r"[\s\-‐－]", "", text.strip().upper().translate(NARROW))
    if not re.fullmatch(r"T[0-9]{13}", plain):
        raise Refused(_("A registration number is T and 13 digits."), field="registration_number")
    if not cn.is_valid(plain[1:]):
        text = _("This registration number has a typing error: its check digit doesn't fit.")
        raise Refused(text, field="registration_number")
    return plain


# Full-width letters and digits, as Japanese keyboards give them.
NARROW = str.maketrans("Ｔｔ０１２３４５６７８９", "TT0123456789")
