"""Pages of disks."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.access import ARRANGE, VIEW, visible
from accounts.gates import in_project, signed_in
from billing import estimates
from compute.disks import actions
from compute.disks.models import Disk
from core import marks
from core.calendar import jst_date
from core.forms import LabelsForm, TypeNameForm, page, submitted
from core.marks import chip
from core.pages import Column, Listing, by_field
from core.web import back


def name_cell(disk: Any) -> SafeString:
    return marks.named(disk.get_absolute_url(), disk.name, disk.number)


def server_cell(disk: Any) -> SafeString | str:
    if disk.server is None:
        return "—"
    return format_html('<a href="{}">{}</a>', disk.server.get_absolute_url(), disk.server.name)


LISTING = Listing(
    columns=[
        Column(gettext_lazy("Name"), name_cell, sort="name", text=lambda disk: disk.name),
        Column(
            gettext_lazy("State"), lambda disk: chip(disk.tone, disk.state_label()),
            text=Disk.state_label, look="corner",
        ),
        Column(gettext_lazy("Zone"), lambda disk: str(disk.zone)),
        Column(gettext_lazy("Kind"), lambda disk: str(disk.plan)),
        Column(gettext_lazy("Size"), lambda disk: f"{disk.size_gb:,} GB", look="num"),
        Column(gettext_lazy("Server"), server_cell, text=lambda disk: disk.server.name if disk.server else ""),
        Column(gettext_lazy("Created"), lambda disk: f"{jst_date(disk.created_at)}", sort="created_at"),
    ],
    search=["name"],
    number="number",
    filters=[by_field("state", gettext_lazy("State"), lambda: [c for c in Disk.State.choices if c[0] != "DELETED"])],
    hint=gettext_lazy("Name or number"),
    filename="disks",
)  # fmt: skip


def found(request: Any, number: int, level: int = VIEW) -> Disk:
    """The disk behind the gate, with what its pages show."""
    wanted = Disk.objects.select_related("project", "zone", "plan", "contract", "server", "source_archive")
    disk: Disk = visible(request, wanted, number, level)
    return disk


@in_project
def index(request: Any) -> HttpResponseBase:
    """The list."""
    rows = Disk.objects.visible_to(request.actor).filter(project=request.project).for_list()
    return LISTING.answer(request, rows, "compute/disks/list.html")


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """All about one disk."""
    disk = found(request, number)
    context = {
        "disk": disk,
        "charges": estimates.of_contract(disk.contract, at=request.now),
        "events": audit.timeline(disk),
    }
    return render(request, "compute/disks/detail.html", context)


@signed_in
def edit(request: Any, number: int) -> HttpResponse:
    """Change its name, description and tags."""
    disk = found(request, number, ARRANGE)
    form = LabelsForm.of(disk, request.POST)

    def act() -> Disk:
        actions.edit(disk, **form.labels(), by=request.actor, at=request.now)
        return disk

    return submitted(request, form, act, done=_("Saved.")) or page(request, "compute/disks/edit.html", form, disk=disk)


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
