"""Pages of prices: what is sold at which price, and what this month costs so far."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers

from accounts.gates import in_organisation, public
from billing import estimates
from billing.estimates import pricelist
from billing.estimates.forms import EstimatorForm
from billing.estimates.projects import by_project, csv_rows
from core.calendar import Month
from core.pages import csv_response

HEAD = ("Project", "Number", "Service", "Name", "So far, without tax", "At month end, without tax")


@in_organisation(bill=True)
def charges(request: Any) -> HttpResponse:
    """This month so far, and at its end if nothing changes, by project and contract."""
    organisation, at = request.organisation, request.now
    if request.GET.get("format") == "csv":
        return csv_response(f"charges-{Month.of(at)}", csv_head(), csv_rows(organisation, at=at))  # type: ignore[return-value]
    context = {
        "sums": estimates.this_month(organisation, at=at),
        "found": by_project(organisation, at=at),
    }
    return render(request, "billing/charges/index.html", context)


@public
@vary_on_headers("HX-Request")
def prices(request: Any) -> HttpResponse:
    """The price list with an estimator; only the estimate for htmx."""
    listed = pricelist.in_force_or_coming(request.now)
    form = EstimatorForm(request.GET, prices=listed, at=request.now)
    context = {"form": form, "price": estimates.order(form.items(), at=request.now)}
    if request.htmx:
        return render(request, "billing/prices/index.html#price", context)
    return render(request, "billing/prices/index.html", context | {"groups": pricelist.groups(listed, request.now)})


def csv_head() -> list[str]:
    """The titles of the columns."""
    return [
        _("Project"), _("Number"), _("Service"), _("Name"), _("So far, without tax"), _("At month end, without tax"),
    ]  # fmt: skip
