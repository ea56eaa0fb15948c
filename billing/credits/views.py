"""Pages of the quality guarantee: what was claimed, and claiming."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.gates import in_organisation
from billing.contracts.models import Contract
from billing.credits import actions, uptime
from billing.credits.forms import ClaimForm
from billing.credits.models import SlaClaim, SlaGrade
from core.calendar import Month, jst_date
from core.forms import page, submitted
from core.marks import chip, when
from core.money import yen
from core.pages import Column, Listing, by_field


def title(claim: SlaClaim) -> SafeString:
    url, month = claim.get_absolute_url(), Month.of(claim.month)
    return format_html('<a href="{}">{}</a><small>{}</small>', url, claim.contract.name, month)


CLAIMS = Listing(
    columns=[
        Column(gettext_lazy("Server"), title, text=str),
        Column(
            gettext_lazy("State"),
            lambda one: chip(one.tone, one.state_label()),
            text=SlaClaim.state_label,
            look="corner",
        ),
        Column(gettext_lazy("Claimed"), lambda one: when(one.claimed_at), sort="claimed_at"),
        Column(gettext_lazy("Credit, without tax"), lambda one: yen(one.amount) if one.amount else "—", look="num"),
        Column(gettext_lazy("Reason"), lambda one: one.reason or "—"),
    ],
    filters=[by_field("state", gettext_lazy("State"), lambda: SlaClaim.State.choices)],
    sort="-claimed_at",
    filename="claims",
)


@in_organisation(bill=True)
def index(request: Any) -> HttpResponseBase:
    """The claims of the organisation, and what is guaranteed."""
    rows = SlaClaim.objects.filter(organisation=request.organisation).select_related("contract", "case")
    grades = SlaGrade.objects.filter(valid__contains=jst_date(request.now)).order_by("-below")
    return CLAIMS.answer(request, rows, "billing/credits/list.html", grades=grades)


@in_organisation(bill=True)
def claim(request: Any, number: int, month: str) -> HttpResponse:
    """Claim for one server and month; both stand in the address."""
    contract = get_object_or_404(
        Contract.objects.select_related("project__organisation"), organisation=request.organisation, number=number
    )
    wanted = month_of(month)
    form = ClaimForm(request.POST or None, request.FILES or None)

    def act() -> SlaClaim:
        data = form.cleaned_data
        files = data["attachments"]
        return actions.claim(contract, wanted, body=data["body"], files=files, by=request.actor, at=request.now)

    found = uptime.of(contract, wanted, until=request.now)
    context = {"contract": contract, "uptime": found, "grade": uptime.grade(found), "until": wanted.next.last_day}
    done = submitted(request, form, act, done=_("Thank you. You hear from us here and by mail."))
    return done or page(request, "billing/credits/claim.html", form, **context)


def month_of(text: str) -> Month:
    """The month of an address. Raises Http404."""
    try:
        return Month.parse(text)
    except ValueError as error:
        raise Http404 from error
