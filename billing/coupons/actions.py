"""Making coupons, redeeming them, and paying invoices with them: the oldest first, never passports."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import audit, deadlines
from accounts.access import SYSTEM
from accounts.organisations.models import Organisation
from billing.coupons import codes
from billing.coupons.models import Coupon, CouponBatch, CouponUse
from billing.credit_notes.applying import open_invoices
from billing.invoices.models import Invoice
from billing.postings.actions import Side, book
from billing.postings.models import Account, Posting
from core.calendar import end_of_day, jst_date
from core.errors import Refused
from core.money import yen

if TYPE_CHECKING:
    from accounts.access import Actor

MOST = 10_000


@transaction.atomic
def make(
    title: str, *, count: int, amount: int, expires_on: date, by: "Actor", at: datetime
) -> tuple[CouponBatch, list[str]]:
    """Staff make a batch of coupons of `amount` yen, tax included. Returns their codes: nobody can read them later.

    Raises Refused for no or too many coupons, no whole positive yen, or a last day that is over.
    """
    if not 1 <= count <= MOST:
        raise Refused(_("Between 1 and %(most)s coupons at once.") % {"most": f"{MOST:,}"}, field="count")
    if amount <= 0:
        raise Refused(_("Amounts are whole yen, at least 1."), field="amount")
    if expires_on < jst_date(at):
        raise Refused(_("That day is over."), field="expires_on")
    batch = CouponBatch.objects.create(
        title=title, count=count, amount=amount, expires_on=expires_on, made_at=at, made_by=by.label[:64]
    )
    drawn = {codes.draw() for _n in range(count)}
    while len(drawn) < count:
        drawn.add(codes.draw())
    ordered = list(drawn)
    Coupon.objects.bulk_create(
        Coupon(
            batch=batch, code_hash=codes.hash_of(code), last4=code[-4:], amount=amount, left=amount,
            expires_on=expires_on,
        )
        for code in ordered
    )  # fmt: skip
    audit.record("coupon.made", batch, by=by, at=at, count=count, amount=yen(amount))
    return batch, ordered


@transaction.atomic
def redeem(organisation: Organisation, code: str, *, by: "Actor", at: datetime) -> Coupon:
    """Take a coupon by its digits; it pays what is open at once, and later invoices as they are issued.

    Raises Refused, in the same words, for digits that are no coupon, and for one that is used up or over; ask
    `limits.take` first.
    """
    digits = codes.cleaned(code)
    found = Coupon.objects.filter(code_hash__in=codes.hashes_of(digits)).first() if digits else None
    if found is None or found.expires_on < jst_date(at):
        raise Refused(unknown(), code="invalid_coupon", field="code", status=400)
    taken = Coupon.objects.filter(pk=found.pk, redeemed_at=None).update(organisation=organisation, redeemed_at=at)
    if not taken:
        text = _("You redeemed this coupon already.") if found.organisation_id == organisation.pk else unknown()
        raise Refused(text, code="invalid_coupon", field="code", status=400)
    found.refresh_from_db()
    audit.record("coupon.redeemed", found, by=by, at=at, amount=yen(found.amount))
    deadlines.put("deadline.coupon_end", found, due_at=end_of_day(found.expires_on), act_url="/coupons", at=at)
    apply(organisation, at=at)
    found.refresh_from_db()
    return found


def unknown() -> str:
    """The same words whatever is wrong, so that nobody learns which codes exist."""
    return _("This is no coupon that can be redeemed. Check the 16 digits and the day until which it is usable.")


@transaction.atomic
def apply(organisation: Organisation, *, at: datetime) -> list[CouponUse]:
    """Pay open invoices with coupons: the oldest invoice first, the coupon that ends first. Safe to repeat.

    What a payment under way is taking from the card is left to it.
    """
    organisation.lock()
    coupons = list(Coupon.objects.filter(organisation=organisation).usable(jst_date(at)))
    uses: list[CouponUse] = []
    if not coupons:
        return uses
    for invoice, to_pay in open_invoices(organisation):
        for coupon in coupons:
            amount = min(coupon.left, to_pay)
            if amount > 0:
                uses.append(pay(coupon, invoice, amount, at=at))
                to_pay -= amount
    return uses


def pay(coupon: Coupon, invoice: Invoice, amount: int, *, at: datetime) -> CouponUse:
    """Book so many yen of a coupon against an invoice."""
    coupon.left -= amount
    Coupon.objects.filter(pk=coupon.pk).update(left=F("left") - amount)
    use = CouponUse.objects.create(coupon=coupon, invoice=invoice, amount=amount, at=at)
    sides: list[Side] = [(Account.COUPON, amount), (Account.RECEIVABLE, -amount, invoice.pk)]
    book(Posting.Kind.COUPON, use.pk, invoice.organisation_id, sides, at=at)
    audit.record("coupon.used", coupon, by=SYSTEM, at=at, amount=yen(amount), invoice=invoice.label)
    if not coupon.left:
        deadlines.clear(coupon, at=at)
    return use
