"""Pages of load balancers."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.access import ARRANGE, CREATE, VIEW, visible
from accounts.gates import in_project, signed_in
from billing import estimates
from compute import recipes
from compute.drivers.balancing import balancer as driver
from compute.library import labels
from compute.load_balancers import actions, forms, listing
from compute.load_balancers.bulk import BALANCERS
from compute.load_balancers.models import LoadBalancer
from compute.recipes import Labels
from core import operations
from core.copying import panel
from core.forms import LabelsForm, OnceForm, TypeNameForm, page, submitted
from core.web import back, fragment

FOLDER = "compute/load_balancers"


def found(request: Any, number: int, level: int = VIEW) -> LoadBalancer:
    """The load balancer behind the gate, with what its pages show."""
    wanted = LoadBalancer.objects.select_related("project__organisation", "zone", "contract", "shared_address")
    balancer: LoadBalancer = visible(request, wanted, number, level)
    return balancer


@in_project
def index(request: Any) -> HttpResponseBase:
    """The list."""
    return BALANCERS.answer(request, f"{FOLDER}/list.html")


@in_project(level=CREATE)
def create(request: Any) -> HttpResponse:
    """Order one."""
    form = forms.OrderForm(request.POST or None)

    def act() -> LoadBalancer:
        return actions.create(request.project, form.order(), by=request.actor, at=request.now)

    return submitted(request, form, act) or page(request, f"{FOLDER}/create.html", form, **priced(form, request))


@require_POST
@in_project(level=CREATE)
def price(request: Any) -> HttpResponse:
    """The price of what the order form says now."""
    return render(request, f"{FOLDER}/create.html#price", priced(forms.OrderForm(request.POST), request))


def priced(form: forms.OrderForm, request: Any) -> dict[str, Any]:
    """What the order costs, and how a program orders it."""
    zone = form.picked_zone()
    charged = zone is None or not zone.is_sandbox
    price = estimates.order([("load-balancer", "")], zone=zone.code if zone else "", charged=charged, at=request.now)
    return {"price": price, "samples": recipes.balancer(Labels.said(form), zone.code) if zone else []}


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """All about one load balancer."""
    balancer = found(request, number)
    context = status_of(balancer, request) | {
        "charges": estimates.of_contract(balancer.contract, at=request.now),
        "events": audit.timeline(balancer),
        "listeners": balancer.listeners.order_by("port"),
        "certificates": balancer.certificates.defer("private_key", "chain").order_by("not_after", "pk"),
        "may_arrange": request.actor.level_in(balancer.project_id) >= ARRANGE,
        "samples": panel("load-balancers", number=balancer.number),
    }
    return render(request, f"{FOLDER}/detail.html", context)


def status_of(balancer: LoadBalancer, request: Any) -> dict[str, Any]:
    """What the part of the page shows that changes by itself: state, and how each server is."""
    health = driver().health(balancer.ref)
    targets = list(balancer.targets.order_by("pk"))
    for target in targets:
        known = health.get(target.ref, "") if target.enabled else "off"
        target.chip = listing.health_chip(known)  # type: ignore[attr-defined]
    return {
        "balancer": balancer,
        "more": listing.more_verbs(balancer, request.actor),
        "operation": operations.pending(balancer),
        "targets": targets,
        "may_arrange": request.actor.level_in(balancer.project_id) >= ARRANGE,
    }


@signed_in
def status(request: Any, number: int) -> HttpResponse:
    """The changing part alone, for polling."""
    return fragment(request, f"{FOLDER}/detail.html#status", **status_of(found(request, number), request))


def asked(request: Any, balancer: LoadBalancer, form: OnceForm, name: str, act: Any, **more: Any) -> HttpResponse:
    """A question about the load balancer; back to its page when it is done."""

    def done() -> LoadBalancer:
        act()
        return balancer

    answer = submitted(request, form, done, done=_("Saved."))
    return answer or page(request, f"{FOLDER}/{name}.html", form, balancer=balancer, **more)


@signed_in
def edit(request: Any, number: int) -> HttpResponse:
    """Change its name, description and tags."""
    balancer = found(request, number, ARRANGE)
    form, by, at = LabelsForm.of(balancer, request.POST), request.actor, request.now
    return asked(request, balancer, form, "edit", lambda: actions.edit(balancer, **form.labels(), by=by, at=at))


@signed_in
def health(request: Any, number: int) -> HttpResponse:
    """Change how servers are looked at."""
    balancer = found(request, number, ARRANGE)
    form, by, at = forms.HealthForm.of(balancer, request.POST), request.actor, request.now

    def act() -> None:
        actions.set_health(balancer, form.health(), sticky=form.cleaned_data["sticky"], by=by, at=at)

    return asked(request, balancer, form, "health", act)


@signed_in
def listen(request: Any, number: int) -> HttpResponse:
    """Listen on one more port."""
    balancer = found(request, number, ARRANGE)
    form, by, at = forms.ListenerForm(request.POST or None, initial={"mode": "http"}), request.actor, request.now

    def act() -> None:
        data = form.cleaned_data
        actions.listen(balancer, data["port"], data["mode"], redirects=data["redirects"], by=by, at=at)

    return asked(request, balancer, form, "listen", act)


@require_POST
@signed_in
def unlisten(request: Any, number: int, port: int) -> HttpResponse:
    """Close a port."""
    balancer = found(request, number, ARRANGE)
    actions.unlisten(get_object_or_404(balancer.listeners, port=port), by=request.actor, at=request.now)
    return back(request, balancer.get_absolute_url())


@signed_in
def add_target(request: Any, number: int) -> HttpResponse:
    """Put one more server behind it."""
    balancer = found(request, number, ARRANGE)
    form, by, at = forms.TargetForm(request.POST or None), request.actor, request.now

    def act() -> None:
        actions.add_target(balancer, form.cleaned_data["address"], form.cleaned_data["port"], by=by, at=at)

    return asked(request, balancer, form, "target", act)


@require_POST
@signed_in
def switch_target(request: Any, number: int, target: int) -> HttpResponse:
    """Use a server again, or for now no more."""
    balancer = found(request, number, ARRANGE)
    wanted = get_object_or_404(balancer.targets, pk=target)
    actions.enable(wanted, enabled=not wanted.enabled, by=request.actor, at=request.now)
    return back(request, balancer.get_absolute_url())


@require_POST
@signed_in
def remove_target(request: Any, number: int, target: int) -> HttpResponse:
    """Take a server out."""
    balancer = found(request, number, ARRANGE)
    actions.remove_target(get_object_or_404(balancer.targets, pk=target), by=request.actor, at=request.now)
    return back(request, balancer.get_absolute_url())


@signed_in
def install(request: Any, number: int) -> HttpResponse:
    """Install a certificate of one's own."""
    balancer = found(request, number, ARRANGE)
    form, by, at = forms.CertificateForm(request.POST or None), request.actor, request.now

    def act() -> None:
        actions.install(balancer, form.cleaned_data["chain"], form.cleaned_data["private_key"], by=by, at=at)

    return asked(request, balancer, form, "certificate", act)


@signed_in
def uninstall(request: Any, number: int, certificate: int) -> HttpResponse:
    """Remove a certificate, after asking."""
    balancer = found(request, number, ARRANGE)
    wanted = get_object_or_404(balancer.certificates, pk=certificate)
    form, by, at = OnceForm(request.POST or None), request.actor, request.now
    return asked(
        request, balancer, form, "uninstall", lambda: actions.uninstall(wanted, by=by, at=at), certificate=wanted
    )


@require_POST
@signed_in
def protect(request: Any, number: int) -> HttpResponse:
    """Lock it against deletion, or unlock it."""
    balancer = found(request, number, ARRANGE)
    labels.protect(balancer, "balancer", protected=not balancer.protected, by=request.actor, at=request.now)
    return back(request, balancer.get_absolute_url())


@signed_in
def delete(request: Any, number: int) -> HttpResponse:
    """Delete it, after showing what ends with it and what that costs."""
    balancer = found(request, number, LoadBalancer.MOVES["delete"].level)
    form = TypeNameForm(request.POST or None, name=balancer.name)

    def act() -> str:
        actions.delete(balancer, by=request.actor, at=request.now)
        return "balancers"

    done = submitted(request, form, act, done=_("“%(name)s” was deleted.") % {"name": balancer.name})
    ending = estimates.of_ending(balancer.contract, at=request.now)
    return done or page(request, f"{FOLDER}/delete.html", form, balancer=balancer, ending=ending)
