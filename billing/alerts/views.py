"""Pages of price alerts and of the budget."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.gates import in_organisation
from billing.alerts import actions, budgets
from billing.alerts.forms import AlertForm, AskForm, BudgetForm
from billing.alerts.models import Budget, PriceAlert
from core.forms import page, submitted


@in_organisation(bill=True)
def index(request: Any) -> HttpResponse:
    """The alerts, when each told last, and the budget."""
    alerts = request.organisation.price_alerts.filter(removed_at=None).order_by("threshold")
    context = {
        "alerts": alerts.prefetch_related("firings"),
        "outlook": budgets.outlook(request.organisation, at=request.now),
    }
    return render(request, "billing/alerts/index.html", context)


@in_organisation(bill=True)
def new(request: Any) -> HttpResponse:
    """Add an alert; the secret of a signed webhook is on the answer alone."""
    form, made = AlertForm(request.POST or None), []

    def act() -> str:
        made.append(actions.add(request.organisation, **wanted(form), by=request.actor, at=request.now))
        return "alerts"

    done = submitted(request, form, act, done=_("The alert watches from now on."))
    if done and made and made[0][1]:
        return render(request, "billing/alerts/created.html", {"secret": made[0][1]})
    return done or page(request, "billing/alerts/new.html", form)


def wanted(form: AlertForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("threshold", "format", "url")}


@require_POST
@in_organisation(bill=True)
def remove(request: Any, uuid: UUID) -> HttpResponse:
    """Stop watching."""
    alert = get_object_or_404(PriceAlert, organisation=request.organisation, uuid=uuid)
    actions.remove(alert, by=request.actor, at=request.now)
    messages.success(request, _("The alert was removed."))
    return redirect("alerts")


@in_organisation(owner=True)
def budget(request: Any) -> HttpResponse:
    """Set or change the budget."""
    now = Budget.objects.filter(organisation=request.organisation).first()
    initial = {"limit": now.limit, "mode": now.mode} if now else {"mode": Budget.Mode.WARN}
    form = BudgetForm(request.POST or None, initial=initial)

    def act() -> str:
        limit, mode = form.cleaned_data["limit"], form.cleaned_data["mode"]
        budgets.set_budget(request.organisation, limit, mode, by=request.actor, at=request.now)
        return "alerts"

    done = submitted(request, form, act, done=_("The budget is set."))
    return done or page(request, "billing/alerts/budget.html", form, budget=now)


@require_POST
@in_organisation(owner=True)
def remove_budget(request: Any) -> HttpResponse:
    """Have no budget any more."""
    budgets.remove(request.organisation, by=request.actor, at=request.now)
    messages.success(request, _("There is no budget any more."))
    return redirect("alerts")


@in_organisation
def ask(request: Any) -> HttpResponse:
    """Ask the owners to order something beyond the budget."""
    form = AskForm(request.POST or None)

    def act() -> str:
        budgets.ask(request.organisation, form.cleaned_data["text"], by=request.actor, at=request.now)
        return "dashboard"

    done = submitted(request, form, act, done=_("The owners were told."))
    return done or page(request, "billing/alerts/ask.html", form)
