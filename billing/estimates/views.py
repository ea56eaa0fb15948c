"""Pages of prices: what is sold at which price, and what this month costs so far."""

from typing import Any

from django.db.models import Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.vary import vary_on_headers

from accounts.gates import chosen_organisation, in_organisation, public
from billing import estimates
from billing.contracts.endings import Due
from billing.estimates import costs as spent
from billing.estimates import pricelist
from billing.estimates.forms import EstimatorForm
from billing.estimates.projects import by_project, csv_rows
from billing.invoices import closing
from billing.invoices.queries import issued_to
from billing.prices.models import Price
from billing.revisions import changes
from core.calendar import Month, jst_date
from core.sheets import csv_response

HEAD = (_("Project"), _("Number"), _("Service"), _("Name"), _("So far, without tax"), _("At month end, without tax"))

COSTS_HEAD = (_("Month"), _("Item"), _("Name"), _("Amount, without tax"))


@in_organisation(bill=True)
def charges(request: Any) -> HttpResponseBase:
    """This month so far, and at its end if nothing changes, by project and contract; all of it as CSV."""
    organisation, at, month = request.organisation, request.now, Month.of(request.now)
    if request.GET.get("format") == "csv":
        return csv_response(f"charges-{month}", [str(title) for title in HEAD], csv_rows(organisation, at=at))
    context = {
        "sums": estimates.this_month(organisation, at=at),
        "found": by_project(organisation, at=at),
        "last_month": issued_to(organisation).filter(month=month.previous.first_day).aggregate(sum=Sum("total"))["sum"],
        "invoiced_on": month.next.first_day,
        "due_on": closing.due_on(Due.TENTH, month, month.first_day),
    }
    return render(request, "billing/charges/index.html", context)


@in_organisation(bill=True)
def costs(request: Any) -> HttpResponseBase:
    """What the last 12, 24 or 36 months cost, by item; all of it as CSV."""
    months = next((n for n in spent.PERIODS if str(n) == request.GET.get("months")), spent.PERIODS[0])
    found = spent.by_item(request.organisation, months=months, at=request.now)
    if request.GET.get("format") == "csv":
        return csv_response(f"costs-{months}", [str(title) for title in COSTS_HEAD], spent.csv_rows(found))
    points = [(spent.short(month), total) for month, total in zip(found.months, found.totals, strict=True)]
    context = {"costs": found, "points": points, "months": months, "periods": spent.PERIODS}
    coming = changes.ahead(request.organisation, at=request.now)
    return render(request, "billing/costs/index.html", context | {"changes": coming})


@public
@vary_on_headers("HX-Request")
def prices(request: Any) -> HttpResponse:
    """The price list with an estimator; only the estimate for htmx."""
    listed = pricelist.in_force_or_coming(request.now)
    form = EstimatorForm(request.GET, prices=pricelist.in_force(listed, request.now))
    layout = "layouts/console.html" if request.user.is_authenticated else "layouts/public.html"
    context = {"form": form, "price": estimates.order(form.items(), at=request.now), "layout": layout}
    if request.htmx:
        return render(request, "billing/prices/index.html#price", context)
    context |= {"groups": pricelist.groups(listed, request.now), "changes": coming_for(request, listed)}
    return render(request, "billing/prices/index.html", context)


def coming_for(request: Any, listed: list[Price]) -> list[changes.Change]:
    """What changes for the reader's organisation, if they may see bills. No query while no price is to come."""
    if not request.user.is_authenticated or all(one.valid.lower <= jst_date(request.now) for one in listed):
        return []
    organisation = chosen_organisation(request)
    may_know = organisation is not None and request.actor.seat_in(organisation.pk).bill
    return changes.ahead(organisation, at=request.now) if organisation is not None and may_know else []
