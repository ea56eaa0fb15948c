"""Pages of routers: each view is its gate and one call."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.access import ARRANGE, CREATE, VIEW, visible
from accounts.gates import in_project, signed_in
from billing import contracts, estimates
from compute import recipes
from compute.networks import bulk, pages
from compute.networks.routers import actions, blocks, forms, listing
from compute.networks.routers.models import Router
from compute.recipes import Labels
from core.errors import Text
from core.forms import LabelsForm, TypeNameForm
from core.web import back


def crumbs() -> list[tuple[Text, str]]:
    """Where pages of one router belong."""
    return [(_("Router+switches"), reverse("routers"))]


def found(request: Any, number: int, level: int = VIEW) -> Router:
    """The router behind the gate, with what its pages show."""
    related = ("project__organisation", "zone", "plan", "contract", "switch__contract", "switch__bridge")
    router: Router = visible(request, Router.objects.select_related(*related), number, level)
    return router


@in_project
def index(request: Any) -> HttpResponseBase:
    """The list."""
    return bulk.ROUTERS.answer(request, "compute/networks/routers/list.html")


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """All about one router: its networks, what is behind it, its charges."""
    router = found(request, number)
    given = list(router.blocks.alive().in_order())
    length = next(one.network.prefixlen for one in given if one.kind == "OWN")
    recipe = recipes.router(Labels.of(router), router.zone.code, mbps=router.plan.bandwidth_mbps, length=length)
    wired = router.switch.interfaces.select_related("server", "packet_filter").order_by("server__name", "position")
    context = {
        "router": router,
        "chip": pages.state_chip(router),
        "verbs": listing.order_verbs(router, given, request.actor),
        "more": listing.verbs(router, request.actor),
        "blocks": given,
        "lacks": pages.lacking(router, CREATE, request.actor),
        "interfaces": wired,
        "charges": estimates.of_contract(router.contract, at=request.now),
        "events": audit.timeline(router),
        "samples": recipe.reading(router.number),
    }
    return render(request, "compute/networks/routers/detail.html", context)


@in_project(level=CREATE)
def create(request: Any) -> HttpResponse:
    """Order a router."""
    form = forms.OrderForm(request.POST or None, at=request.now)

    def act() -> Router:
        return actions.create(request.project, form.order(), by=request.actor, at=request.now)

    return pages.order(request, form, act, "compute/networks/routers/create.html")


@require_POST
@in_project(level=CREATE)
def price(request: Any) -> HttpResponse:
    """The price of what the order form says now."""
    return pages.price(request, forms.OrderForm(request.POST, at=request.now))


@signed_in
def edit(request: Any, number: int) -> HttpResponse:
    """Change its name, description and tags; its switch is called the same."""
    router = found(request, number, ARRANGE)
    form = LabelsForm.of(router, request.POST)

    def act() -> Router:
        actions.edit(router, **form.labels(), by=request.actor, at=request.now)
        return router

    return pages.ask(request, form, act, pages.edition(router, crumbs()), done=_("Saved."))


@require_POST
@signed_in
def protect(request: Any, number: int) -> HttpResponse:
    """Lock it against deletion, or unlock it."""
    router = found(request, number, ARRANGE)
    actions.protect(router, protected=not router.protected, by=request.actor, at=request.now)
    return back(request, router.get_absolute_url())


@signed_in
def bandwidth(request: Any, number: int) -> HttpResponse:
    """Give it another bandwidth, and a new number."""
    router = found(request, number, Router.MOVES["change_bandwidth"].level)
    form = forms.BandwidthForm(request.POST or None, router=router, at=request.now)

    def act() -> Router:
        actions.change_bandwidth(router, form.cleaned_data["plan"], by=request.actor, at=request.now)
        return router

    words = {"name": router.name, "plan": router.plan}
    points = (
        (_("The router gets a new number; links to the former one lead to it."), ""),
        (_("Addresses and what is connected stay as they are."), ""),
        (_("The running hours of the new bandwidth are counted from zero."), ""),
        (_("The change is provided at once, provisionally; we confirm it by the end of the next day."), "3-2"),
    )
    asks = _("Change the bandwidth of “%(name)s” (now %(plan)s)") % words
    own = (router.name, router.get_absolute_url())
    question = pages.Question(
        _("Change bandwidth"), asks, [*crumbs(), own], _("Change bandwidth"), "gauge", points=points
    )  # fmt: skip
    return pages.ask(request, form, act, question, done=_("The bandwidth was changed. The router has a new number."))


@signed_in
def add_addresses(request: Any, number: int) -> HttpResponse:
    """Order additional addresses (11-1)."""
    router = found(request, number, CREATE)
    form = forms.AddressesForm(request.POST or None, router=router, at=request.now)

    def act() -> Any:
        data = form.cleaned_data
        return blocks.add(router, data["length"].length, data["next_hop"], by=request.actor, at=request.now)

    return pages.order(request, form, act, "compute/networks/routers/addresses.html", router=router)


@require_POST
@signed_in
def addresses_price(request: Any, number: int) -> HttpResponse:
    """The price of the additional addresses the form says now."""
    router = found(request, number, CREATE)
    return pages.price(request, forms.AddressesForm(request.POST, router=router, at=request.now))


@require_POST
@signed_in
def add_ipv6(request: Any, number: int) -> HttpResponse:
    """Give it an IPv6 prefix."""
    router = found(request, number, CREATE)
    actions.add_ipv6(router, by=request.actor, at=request.now)
    return back(request, router.get_absolute_url())


@signed_in
def delete(request: Any, number: int) -> HttpResponse:
    """Delete it, after showing what ends with it and what that costs (11-2)."""
    router = found(request, number, Router.MOVES["delete"].level)
    form = TypeNameForm(request.POST or None, name=router.name)

    def act() -> str:
        actions.delete(router, by=request.actor, at=request.now)
        return "routers"

    question = pages.deletion(_("Delete the router"), router, crumbs(), *what_ends(router))
    done = _("“%(name)s” was deleted.") % {"name": router.name}
    ending = estimates.of_ending(router.contract, at=request.now)
    return pages.ask(request, form, act, question, done=done, ending=ending)


def what_ends(router: Router) -> list[tuple[Text, str]]:
    """What deleting it means, in sentences: its contract, its switch and addresses, additional ones (11-2, 11-3)."""
    points: list[tuple[Text, str]] = [
        (_("Its contract ends today. This can't be undone."), "6-1"),
        (_("Its switch and all its addresses go with it; others may get these addresses."), ""),
    ]
    for following in contracts.dependants(router.contract).ending:
        text = _("“%(contract)s” ends with it; its whole month is charged.")
        points += [(text % {"contract": following}, "11-2")]
    return points
