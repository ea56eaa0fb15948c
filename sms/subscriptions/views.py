"""Pages of the two kinds: overview, order, detail, notice, support."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import audit, consents
from accounts.access import ARRANGE, CREATE, VIEW, visible
from accounts.gates import in_project, signed_in
from billing import estimates
from core.forms import LabelsForm, OnceForm, page, submitted
from sms.subscriptions import actions, figures, forms
from sms.subscriptions.models import Kind, Subscription
from sms.supplier.models import Interruption, SupplierNews


@in_project
def index(request: Any) -> HttpResponse:
    """Both kinds with their state, charts of the last 14 days, what the supplier says."""
    mine = Subscription.objects.alive().filter(project=request.project).select_related("contract")
    subscriptions = {one.kind: one for one in mine}
    context = {
        "kinds": [(kind, kind.label, subscriptions.get(kind.value)) for kind in Kind],
        "figures": figures.of(request.project, request.now) if subscriptions else None,
        "interruptions": Interruption.objects.open().order_by("pk"),
        "news": SupplierNews.objects.order_by("-pk")[:3],
    }
    return render(request, "sms/index.html", context)


def found(request: Any, number: int, level: int = VIEW) -> Subscription:
    """The subscription behind the gate."""
    wanted = Subscription.objects.select_related("project__organisation", "contract")
    subscription: Subscription = visible(request, wanted, number, level)
    return subscription


@in_project(level=CREATE)
def order(request: Any, kind: str) -> HttpResponse:
    """Order one kind, its consents ticked one by one."""
    if kind not in Kind.values:
        raise Http404
    lacking = consents.missing(request.project.organisation, actions.SERVICES[kind].consents, request.now)
    label = str(Kind(kind).label)
    form = forms.OrderForm(request.POST or None, lacking=lacking, initial={"name": label})

    def act() -> Subscription:
        codes = form.codes()
        return actions.order(request.project, kind, **form.labels(), accepted=codes, by=request.actor, at=request.now)

    price = estimates.order([(actions.SERVICES[kind].item, "")], at=request.now)
    done = submitted(request, form, act, done=_("Ordered. You can send now."))
    return done or page(request, "sms/order.html", form, kind=label, price=price)


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """One kind: contract, limits, restriction, charges, history."""
    subscription = found(request, number)
    context = {
        "subscription": subscription,
        "charges": estimates.of_contract(subscription.contract, at=request.now),
        "today": figures.today(subscription, request.now),
        "events": audit.timeline(subscription),
        "may_end": request.actor.level_in(subscription.project_id) >= CREATE,
    }
    return render(request, "sms/detail.html", context)


@signed_in
def cancel(request: Any, number: int) -> HttpResponse:
    """Give notice, after saying when it ends and that it is charged until then (74-1)."""
    subscription = found(request, number, CREATE)
    form = OnceForm(request.POST or None)

    def act() -> Subscription:
        actions.cancel(subscription, by=request.actor, at=request.now)
        return subscription

    done = submitted(request, form, act, done=_("Your notice was received."))
    ending = estimates.of_ending(subscription.contract, at=request.now)
    return done or page(request, "sms/cancel.html", form, subscription=subscription, ending=ending)


@signed_in
def edit(request: Any, number: int) -> HttpResponse:
    """Change its name, description and tags."""
    subscription = found(request, number, ARRANGE)
    form = LabelsForm.of(subscription, request.POST)

    def act() -> Subscription:
        actions.edit(subscription, **form.labels(), by=request.actor, at=request.now)
        return subscription

    done = submitted(request, form, act, done=_("Saved."))
    return done or page(request, "sms/edit.html", form, subscription=subscription)


@in_project
def support(request: Any) -> HttpResponse:
    """How we help, and what the supplier may change (67-1, 75-1, 76-1)."""
    return render(request, "sms/support.html", {"news": SupplierNews.objects.order_by("-pk")[:20]})
