"""Pages of disks."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.access import ARRANGE, CREATE, VIEW, visible
from accounts.gates import in_project, signed_in
from billing import estimates
from compute import recipes
from compute.archives.listing import state_chip
from compute.archives.models import Archive
from compute.disks import actions, forms, listing
from compute.disks.bulk import DISKS
from compute.disks.models import Disk
from compute.library import labels
from core import operations
from core.forms import LabelsForm, TypeNameForm, page, submitted
from core.web import back, fragment


def found(request: Any, number: int, level: int = VIEW) -> Disk:
    """The disk behind the gate, with what its pages show."""
    wanted = Disk.objects.select_related(
        "project__organisation", "zone", "plan", "contract", "server", "source_archive", "source_disk"
    )
    disk: Disk = visible(request, wanted, number, level)
    return disk


@in_project
def index(request: Any) -> HttpResponseBase:
    """The list."""
    return DISKS.answer(request, "compute/disks/list.html")


@in_project(level=CREATE)
def create(request: Any) -> HttpResponse:
    """Order a disk: blank, of a system, or copied."""
    form = forms.OrderForm(request.POST or None, project=request.project, source=request.GET.get("from", ""))

    def act() -> Disk:
        return actions.create(request.project, form.order(), by=request.actor, at=request.now)

    done = submitted(request, form, act)
    return done or page(request, "compute/disks/create.html", form, **priced(form, request))


@require_POST
@in_project(level=CREATE)
def price(request: Any) -> HttpResponse:
    """The price of what the order form says now, half-filled as it may be."""
    form = forms.OrderForm(request.POST, project=request.project)
    return render(request, "compute/disks/create.html#price", priced(form, request))


def priced(form: forms.OrderForm, request: Any) -> dict[str, Any]:
    """What the order costs, and how a program orders it."""
    zone, recipe = form.picked("zone"), form.recipe()
    charged = zone is None or not zone.is_sandbox
    price = estimates.order(form.items(), zone=zone.code if zone else "", charged=charged, at=request.now)
    return {"price": price, "samples": recipe.ordering() if recipe else []}


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """All about one disk."""
    disk = found(request, number)
    context = status_of(disk, request) | {
        "charges": estimates.of_contract(disk.contract, at=request.now),
        "events": audit.timeline(disk),
        "samples": recipes.disk(forms.wished(disk), disk.zone.code).reading(disk.number),
    }
    return render(request, "compute/disks/detail.html", context)


def status_of(disk: Disk, request: Any) -> dict[str, Any]:
    """What the part of the page shows that changes while a worker is busy."""
    return {
        "disk": disk,
        "chip": state_chip(disk),
        "first": listing.first_verbs(disk, request.actor),
        "more": listing.more_verbs(disk, request.actor),
        "operation": operations.pending(disk),
    }


@signed_in
def status(request: Any, number: int) -> HttpResponse:
    """The changing part alone, for polling."""
    return fragment(request, "compute/disks/detail.html#status", **status_of(found(request, number), request))


@signed_in
def edit(request: Any, number: int) -> HttpResponse:
    """Change its name, description and tags."""
    disk = found(request, number, ARRANGE)
    form = LabelsForm.of(disk, request.POST)

    def act() -> Disk:
        actions.edit(disk, **form.labels(), by=request.actor, at=request.now)
        return disk

    return submitted(request, form, act, done=_("Saved.")) or page(request, "compute/disks/edit.html", form, disk=disk)


@signed_in
def archive(request: Any, number: int) -> HttpResponse:
    """Make an archive of it, after showing its price."""
    disk = found(request, number, CREATE)
    form = forms.ArchiveForm(request.POST or None, initial={"name": disk.name})

    def act() -> Archive:
        return actions.make_archive(disk, form.order(disk), by=request.actor, at=request.now)

    items, zone = [("archive", f"{max(20, disk.size_gb)}gb")], disk.zone
    price = estimates.order(items, zone=zone.code, charged=not zone.is_sandbox, at=request.now)
    done = submitted(request, form, act)
    return done or page(request, "compute/disks/archive.html", form, disk=disk, price=price)


@signed_in
def settings(request: Any, number: int) -> HttpResponse:
    """Write host name, password, key, script and address into it for its next boot."""
    disk = found(request, number, ARRANGE)
    form = forms.SettingsForm(request.POST or None, project=disk.project)

    def act() -> Disk:
        actions.write_settings(disk, form.settings(), by=request.actor, at=request.now)
        return disk

    done = submitted(request, form, act, done=_("The settings are being written. They count from the next boot."))
    return done or page(request, "compute/disks/settings.html", form, disk=disk)


@signed_in
def rewrite(request: Any, number: int) -> HttpResponse:
    """Write it anew from an archive, after saying that what is on it is lost."""
    disk = found(request, number, Disk.MOVES["rewrite"].level)
    form = forms.RewriteForm(request.POST or None, disk=disk)

    def act() -> Disk:
        actions.rewrite(disk, form.system(), form.settings(), by=request.actor, at=request.now)
        return disk

    return submitted(request, form, act) or page(request, "compute/disks/rewrite.html", form, disk=disk)


@require_POST
@signed_in
def grow(request: Any, number: int) -> HttpResponse:
    """Let its partition fill it."""
    disk = found(request, number, ARRANGE)
    actions.grow_partition(disk, by=request.actor, at=request.now)
    return back(request, disk.get_absolute_url())


@require_POST
@signed_in
def protect(request: Any, number: int) -> HttpResponse:
    """Lock it against deletion, or unlock it."""
    disk = found(request, number, ARRANGE)
    labels.protect(disk, "disk", protected=not disk.protected, by=request.actor, at=request.now)
    return back(request, disk.get_absolute_url())


@require_POST
@signed_in
def detach(request: Any, number: int) -> HttpResponse:
    """Take it out of its server."""
    disk = found(request, number, ARRANGE)
    actions.detach(disk, by=request.actor, at=request.now)
    return back(request, disk.get_absolute_url())


@signed_in
def delete(request: Any, number: int) -> HttpResponse:
    """Delete it and what is on it."""
    disk = found(request, number, Disk.MOVES["delete"].level)
    form = TypeNameForm(request.POST or None, name=disk.name)

    def act() -> str:
        actions.delete(disk, by=request.actor, at=request.now)
        return "disks"

    done = submitted(request, form, act, done=_("“%(name)s” was deleted.") % {"name": disk.name})
    ending = estimates.of_ending(disk.contract, at=request.now)
    return done or page(request, "compute/disks/delete.html", form, disk=disk, ending=ending)
