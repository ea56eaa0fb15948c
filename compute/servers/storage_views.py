"""Pages that join servers with disks and CD-ROM images."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import ARRANGE, visible
from accounts.gates import signed_in
from compute.archives.models import Cdrom
from compute.disks.models import Disk
from compute.servers import actions, media
from compute.servers.models import Server
from compute.servers.views import found
from core.errors import Refused
from core.forms import OnceForm, PickField, page, submitted
from core.web import back


class PickForm(OnceForm):
    """One choice among things."""

    thing = PickField(widget=forms.RadioSelect)

    def __init__(self, *args: Any, label: Any, things: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["thing"]
        assert isinstance(field, PickField)
        field.label = label
        field.offer(things, key="number", label=lambda thing: thing.name)

    def refuse(self, refusal: Refused) -> None:
        self.add_error("thing", str(refusal))


@signed_in
def attach(request: Any, number: int) -> HttpResponse:
    """Put a disk into a server that is down."""
    disk: Disk = visible(request, Disk.objects.select_related("project", "zone"), number, ARRANGE)
    down = Server.objects.filter(
        project=disk.project, zone=disk.zone, state__in=(Server.State.STOPPED, Server.State.PROVISIONING)
    )
    label = gettext_lazy("Stopped servers of this zone")
    form = PickForm(request.POST or None, label=label, things=down.order_by("name", "pk"))

    def act() -> Disk:
        actions.attach(form.cleaned_data["thing"], disk, by=request.actor, at=request.now)
        return disk

    return submitted(request, form, act) or page(request, "compute/disks/attach.html", form, disk=disk)


@signed_in
def reinstall(request: Any, number: int) -> HttpResponse:
    """To the page that writes the server's first disk anew."""
    server = found(request, number)
    disk = server.disks.alive().order_by("pk").first()
    if disk is None:
        raise Refused(_("This server has no disk. Attach one first."))
    return redirect("disk_rewrite", disk.number)


@signed_in
def cdrom(request: Any, number: int) -> HttpResponse:
    """See what is in the drive, put something else in."""
    server = found(request, number, ARRANGE)
    images = Cdrom.objects.visible_to(request.actor).filter(zone=server.zone, state=Cdrom.State.AVAILABLE)
    mine = images.filter(project__in=(server.project_id,)) | images.filter(project=None)
    form = PickForm(
        request.POST or None, label=gettext_lazy("CD-ROM images of this zone"), things=mine.order_by("name", "pk")
    )

    def act() -> Server:
        media.insert(server, form.cleaned_data["thing"], by=request.actor, at=request.now)
        return server

    done = submitted(request, form, act, done=_("It is in the drive."))
    return done or page(request, "compute/servers/cdrom.html", form, server=server)


@require_POST
@signed_in
def eject(request: Any, number: int) -> HttpResponse:
    """Take out what is in the drive."""
    server = found(request, number, ARRANGE)
    media.eject(server, by=request.actor, at=request.now)
    return back(request, server.get_absolute_url())
