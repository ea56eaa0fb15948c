"""Pages of servers: each view is its gate and one call."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.access import ARRANGE, CREATE, POWER, VIEW, visible
from accounts.gates import in_project, signed_in
from billing import credits, estimates
from compute.disks.models import Disk
from compute.library import labels
from compute.servers import actions, forms, listing, metrics, samples
from compute.servers.bulk import SERVERS
from compute.servers.models import Server
from core import operations
from core.calendar import DAY, jst_date, period_end
from core.forms import LabelsForm, page, submitted
from core.web import back, fragment


@in_project
def index(request: Any) -> HttpResponseBase:
    """The list."""
    return SERVERS.answer(request, "compute/servers/list.html")


def found(request: Any, number: int, level: int = VIEW) -> Server:
    """The server behind the gate, with what its pages show."""
    wanted = Server.objects.select_related("project__organisation", "zone", "plan", "contract", "cdrom")
    server: Server = visible(request, wanted, number, level)
    return server


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """All about one server."""
    server = found(request, number)
    disks = list(server.disks.for_list().order_by("pk"))
    context = status_of(server, request) | {
        "disks": disks,
        "charges": estimates.of_contract(server.contract, at=request.now),
        "events": audit.timeline(server),
        "samples": samples.of(server, disks),
        "case": server.pause_cases.unresolved().first(),
        "outage": credits.marks([server.contract_id], request.now).get(server.contract_id),
        "uptimes": credits.months_of(server.contract, request.actor, at=request.now),
    }
    return render(request, "compute/servers/detail.html", context)


def status_of(server: Server, request: Any) -> dict[str, Any]:
    """What the part of the page shows that changes while a worker is busy."""
    return {
        "server": server,
        "chip": listing.state_chip(server, request.now),
        "power": listing.power_verbs(server, request.actor),
        "more": listing.more_verbs(server, request.actor),
        "operation": operations.pending(server),
    }


@signed_in
def status(request: Any, number: int) -> HttpResponse:
    """The changing part alone, for polling."""
    return fragment(request, "compute/servers/detail.html#status", **status_of(found(request, number), request))


@signed_in
def monitor(request: Any, number: int) -> HttpResponse:
    """Its last 24 hours: processor, disk, network."""
    server = found(request, number)
    graphs = metrics.graphs(server, at=request.now)
    return render(request, "compute/servers/monitor.html", {"server": server, "graphs": graphs})


@in_project(level=CREATE)
def create(request: Any) -> HttpResponse:
    """Order a server, maybe one like another."""
    form = forms.OrderForm(request.POST or None, project=request.project, like=model_of(request), at=request.now)

    def act() -> Server:
        return actions.create(request.project, form.order(), by=request.actor, at=request.now)

    done = submitted(request, form, act)
    return done or page(request, "compute/servers/create.html", form, **priced(form, request))


def model_of(request: Any) -> Server | None:
    """The server of the project that the new one shall be like, if one is named."""
    like = request.GET.get("like", "")
    if not (like.isascii() and like.isdigit() and len(like) < 19):
        return None
    mine = Server.objects.alive().filter(project=request.project, number=int(like))
    return mine.select_related("plan", "zone").first()


@require_POST
@in_project(level=CREATE)
def price(request: Any) -> HttpResponse:
    """The price of what the order form says now, half-filled as it may be."""
    form = forms.OrderForm(request.POST, project=request.project, at=request.now)
    return render(request, "compute/servers/create.html#price", priced(form, request))


def priced(form: forms.OrderForm, request: Any) -> dict[str, Any]:
    """What the order costs, and how a program orders it."""
    zone, recipe = form.picked("zone"), form.recipe()
    charged = zone is None or not zone.is_sandbox
    price = estimates.order(form.items(), zone=zone.code if zone else "", charged=charged, at=request.now)
    return {"price": price, "samples": recipe.ordering() if recipe else []}


@signed_in
def start(request: Any, number: int) -> HttpResponse:
    """Start it, after saying what it costs."""
    server = found(request, number, Server.MOVES["start"].level)
    if request.method == "POST":
        actions.start(server, by=request.actor, at=request.now)
        return after(request, server)
    zone, items = server.zone, [("server", server.plan.code)]
    price = estimates.order(items, zone=zone.code, charged=not zone.is_sandbox, at=request.now)
    return dialog(request, "compute/servers/start.html", {"server": server, "price": price})


@signed_in
def stop(request: Any, number: int) -> HttpResponse:
    """Stop it, after saying what that means for the charges."""
    server = found(request, number, Server.MOVES["stop"].level)
    if request.method == "POST":
        actions.stop(server, by=request.actor, at=request.now)
        return after(request, server)
    context = {
        "server": server,
        "limit_on": period_end(jst_date(request.now) + DAY, 3),
        "disks": server.disks.alive(),
        "ending": estimates.of_stopping(server.contract, at=request.now),
    }
    return dialog(request, "compute/servers/stop.html", context)


@signed_in
def force_stop(request: Any, number: int) -> HttpResponse:
    """Cut its power."""
    server = found(request, number, Server.MOVES["force_stop"].level)
    if request.method == "POST":
        actions.force_stop(server, by=request.actor, at=request.now)
        return after(request, server)
    return dialog(request, "compute/servers/force_stop.html", {"server": server})


@signed_in
def reset(request: Any, number: int) -> HttpResponse:
    """Press its reset button."""
    server = found(request, number, POWER)
    if request.method == "POST":
        actions.reset(server, by=request.actor, at=request.now)
        return after(request, server)
    return dialog(request, "compute/servers/reset.html", {"server": server})


@signed_in
def change_plan(request: Any, number: int) -> HttpResponse:
    """Give it another plan, and a new number."""
    server = found(request, number, Server.MOVES["change_plan"].level)
    form = forms.PlanForm(request.POST or None, server=server, at=request.now)

    def act() -> Server:
        actions.change_plan(server, form.cleaned_data["plan"], by=request.actor, at=request.now)
        return server

    done = submitted(request, form, act, done=_("The plan was changed. The server has a new number."))
    return done or page(request, "compute/servers/plan.html", form, server=server)


@signed_in
def edit(request: Any, number: int) -> HttpResponse:
    """Change its name, description and tags."""
    server = found(request, number, ARRANGE)
    form = LabelsForm.of(server, request.POST)

    def act() -> Server:
        actions.edit(server, **form.labels(), by=request.actor, at=request.now)
        return server

    done = submitted(request, form, act, done=_("Saved."))
    return done or page(request, "compute/servers/edit.html", form, server=server)


@require_POST
@signed_in
def protect(request: Any, number: int) -> HttpResponse:
    """Lock it against deletion, or unlock it."""
    server = found(request, number, ARRANGE)
    labels.protect(server, "server", protected=not server.protected, by=request.actor, at=request.now)
    return after(request, server)


@signed_in
def delete(request: Any, number: int) -> HttpResponse:
    """Delete it, after showing what ends, what stays and what that costs."""
    server = found(request, number, Server.MOVES["delete"].level)
    form = forms.DeleteForm(request.POST or None, server=server)

    def act() -> str:
        actions.delete(server, with_disks=form.chosen(), by=request.actor, at=request.now)
        return "servers"

    done = submitted(request, form, act, done=_("“%(name)s” was deleted.") % {"name": server.name})
    ending = estimates.of_ending(server.contract, at=request.now)
    staying = Disk.objects.filter(server=server).select_related("plan")
    return done or page(request, "compute/servers/delete.html", form, server=server, ending=ending, staying=staying)


def dialog(request: Any, template: str, context: dict[str, Any]) -> HttpResponse:
    """A question: over the page with htmx, a page of its own without."""
    part = f"{template}#dialog" if request.htmx else template
    return render(request, part, context)


def after(request: Any, server: Server) -> HttpResponse:
    """Back to the page the verb was called from, or to the server's."""
    return back(request, server.get_absolute_url())
