"""Pages of local routers: each view is its gate and one call."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import audit, consents
from accounts.access import ARRANGE, CREATE, VIEW, visible
from accounts.gates import in_project, signed_in
from billing import estimates
from compute import recipes
from compute.networks import bulk, pages
from compute.networks.local_routers import actions, forms, health, keys, listing
from compute.networks.local_routers.models import LocalRouter, Peer
from compute.services import LOCAL_ROUTER
from core.errors import Text
from core.forms import LabelsForm, OnceForm, TypeNameForm
from core.web import back

FOLDER = "compute/networks/local_routers"


def crumbs(router: LocalRouter | None = None) -> list[tuple[Text, str]]:
    """Where pages of one local router belong."""
    root: tuple[Text, str] = (_("Local routers"), reverse("local_routers"))
    return [root, (router.name, router.get_absolute_url())] if router else [root]


def found(request: Any, number: int, level: int = VIEW) -> LocalRouter:
    """The local router behind the gate, with what its pages show."""
    related = ("project__organisation", "contract", "switch__zone", "switch__contract")
    router: LocalRouter = visible(request, LocalRouter.objects.select_related(*related), number, level)
    return router


@in_project
def index(request: Any) -> HttpResponseBase:
    """The list."""
    return bulk.LOCAL_ROUTERS.answer(request, f"{FOLDER}/list.html")


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """All about one: where it stands, whom it is connected with, what it costs."""
    router = found(request, number)
    peers = listing.peers(router, health.of_peers(router.pk))
    context = {
        "router": router,
        "chip": pages.state_chip(router),
        "verbs": listing.verbs(router, request.actor),
        "more": listing.more_verbs(router, request.actor),
        "peers": peers,
        "one_sided": any(peer.enabled and peer.state != Peer.State.UP for peer in peers),
        "lacks": pages.lacking(router, ARRANGE, request.actor),
        "charges": estimates.of_contract(router.contract, at=request.now),
        "events": audit.timeline(router),
        "samples": recipes.local_router_of(router, with_peers=bool(peers)),
    }
    return render(request, f"{FOLDER}/detail.html", context)


@in_project(level=CREATE)
def create(request: Any) -> HttpResponse:
    """Order one; the six points are acknowledged before (19-1)."""
    lacking = consents.missing(request.project.organisation, LOCAL_ROUTER.consents, request.now)
    form = forms.OrderForm(request.POST or None, lacking=lacking)

    def act() -> LocalRouter:
        accepted = form.codes()
        return actions.create(request.project, **form.labels(), accepted=accepted, by=request.actor, at=request.now)

    return pages.order(request, form, act, f"{FOLDER}/create.html")


@require_POST
@in_project(level=CREATE)
def price(request: Any) -> HttpResponse:
    """The price of what the order form says now."""
    return pages.price(request, forms.OrderForm(request.POST))


@signed_in
def connect(request: Any, number: int) -> HttpResponse:
    """Let it stand in the network of a switch, or stand there otherwise."""
    router = found(request, number, ARRANGE)
    form = forms.ConnectForm(request.POST or None, router=router)

    def act() -> LocalRouter:
        actions.connect(router, form.cleaned_data["switch"], form.wire(), by=request.actor, at=request.now)
        return router

    title = _("Change the addresses") if router.switch_id else _("Connect a switch")
    asks = _("Where does “%(name)s” stand?") % {"name": router.name}
    points = [
        (_("Its two machines share the virtual address: when one fails the other takes it over."), "18-1"),
        (_("The switch can't be deleted while the local router is on it."), ""),
    ]
    question = pages.Question(title, asks, crumbs(router), _("Connect"), "link", points=points)
    return pages.ask(request, form, act, question, done=_("Saved."))


@signed_in
def disconnect(request: Any, number: int) -> HttpResponse:
    """Take it off its switch."""
    router = found(request, number, ARRANGE)
    form = OnceForm(request.POST or None)

    def act() -> LocalRouter:
        actions.disconnect(router, by=request.actor, at=request.now)
        return router

    asks = _("Take “%(name)s” off its switch?") % {"name": router.name}
    points = [
        (
            _("Its addresses and static routes are forgotten; peers reach nothing through it meanwhile."),
            "",
        ),
        (_("It is charged until you delete it."), "18-1"),
    ]
    question = pages.Question(
        _("Take off the switch"), asks, crumbs(router), _("Take off"), "x", "danger", points=points
    )  # fmt: skip
    return pages.ask(request, form, act, question, done=_("Saved."))


@signed_in
def routes(request: Any, number: int) -> HttpResponse:
    """Its static routes."""
    router = found(request, number, ARRANGE)
    form = forms.RoutesForm.of(router, request.POST)

    def act() -> LocalRouter:
        actions.set_routes(router, form.cleaned_data["routes"], by=request.actor, at=request.now)
        return router

    asks = _("Static routes of “%(name)s”") % {"name": router.name}
    question = pages.Question(_("Static routes"), asks, crumbs(router), _("Save"))
    return pages.ask(request, form, act, question, done=_("Saved."))


@signed_in
def key(request: Any, number: int) -> HttpResponse:
    """Its ID and secret key, to be given to whoever runs a peer (19-1)."""
    router = found(request, number, ARRANGE)
    secret = keys.of_router(router.pk, router.sealed_key)
    return render(request, f"{FOLDER}/key.html", {"router": router, "secret": secret})


@signed_in
def rotate(request: Any, number: int) -> HttpResponse:
    """Replace its secret key."""
    router = found(request, number, ARRANGE)
    form = OnceForm(request.POST or None)

    def act() -> str:
        actions.rotate_key(router, by=request.actor, at=request.now)
        return reverse("local_router_key", args=[router.number])

    asks = _("Replace the secret key of “%(name)s”?") % {"name": router.name}
    points = [
        (
            _("The old key opens no new peer connection. Connections that there are go on; remove a peer to end one."),
            "19-1",
        )
    ]
    question = pages.Question(
        _("Replace the secret key"), asks, crumbs(router), _("Replace it"), "key", points=points
    )  # fmt: skip
    return pages.ask(request, form, act, question, done=_("The key was replaced."))


@signed_in
def edit(request: Any, number: int) -> HttpResponse:
    """Change its name, description and tags."""
    router = found(request, number, ARRANGE)
    form = LabelsForm.of(router, request.POST)

    def act() -> LocalRouter:
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
def delete(request: Any, number: int) -> HttpResponse:
    """Delete it, after showing what that breaks and costs."""
    router = found(request, number, LocalRouter.MOVES["delete"].level)
    form = TypeNameForm(request.POST or None, name=router.name)

    def act() -> str:
        actions.delete(router, by=request.actor, at=request.now)
        return "local_routers"

    points = [
        (_("Its contract ends today. This can't be undone."), "6-1"),
        (_("Its peers lose the connection and are told; their fees go on until they cancel."), "19-1"),
    ]
    question = pages.deletion(_("Delete the local router"), router, crumbs(), *points)
    ending = estimates.of_ending(router.contract, at=request.now)
    done = _("“%(name)s” was deleted.") % {"name": router.name}
    return pages.ask(request, form, act, question, done=done, ending=ending)
