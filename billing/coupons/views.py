"""The page of coupons: what is left of them, what they paid, and redeeming one."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.gates import in_organisation
from billing.coupons import actions
from billing.coupons.forms import RedeemForm
from billing.coupons.models import Coupon, CouponUse
from core.calendar import jst_date
from core.forms import page, submitted
from core.marks import chip, when
from core.money import yen
from core.pages import Column, Listing

USES = 20


def state(coupon: Any) -> tuple[str, str]:
    """Tone and word: usable, used up or over."""
    if not coupon.left:
        return "idle", _("Used up")
    return ("idle", _("Over")) if coupon.is_over else ("ok", _("Usable"))


def state_cell(coupon: Any) -> SafeString:
    return chip(*state(coupon))


def dress(coupons: Any, at: Any) -> None:
    """Whether each is over now."""
    for coupon in coupons:
        coupon.is_over = coupon.expires_on < jst_date(at)


COUPONS = Listing(
    columns=[
        Column(gettext_lazy("Coupon"), str),
        Column(gettext_lazy("State"), state_cell, text=lambda one: state(one)[1], look="corner"),
        Column(gettext_lazy("Amount"), lambda one: yen(one.amount), look="num", text=lambda one: str(one.amount)),
        Column(gettext_lazy("Left"), lambda one: yen(one.left), look="num", text=lambda one: str(one.left)),
        Column(gettext_lazy("Usable until"), lambda one: one.expires_on.isoformat(), sort="expires_on"),
        Column(gettext_lazy("Redeemed"), lambda one: when(one.redeemed_at)),
    ],
    sort="-expires_on",
    filename="coupons",
    dress=dress,
)


@in_organisation(bill=True)
def index(request: Any) -> HttpResponseBase:
    """The coupons of the organisation, and what they paid last."""
    rows = Coupon.objects.filter(organisation=request.organisation)
    uses = CouponUse.objects.filter(coupon__organisation=request.organisation).select_related("coupon", "invoice")
    return COUPONS.answer(request, rows, "billing/coupons/list.html", uses=uses.order_by("-pk")[:USES])


@in_organisation(bill=True)
def redeem(request: Any) -> HttpResponse:
    """Type the digits."""
    form = RedeemForm(request.POST or None, organisation=request.organisation, at=request.now)

    def act() -> str:
        actions.redeem(request.organisation, form.cleaned_data["code"], by=request.actor, at=request.now)
        return "coupons"

    done = submitted(request, form, act, done=_("The coupon is yours. It pays your oldest open invoice first."))
    return done or page(request, "billing/coupons/redeem.html", form)
