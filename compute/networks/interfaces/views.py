"""What is changed about one interface of a server. The page that lists them is the server's (compute/servers)."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import ARRANGE, visible
from accounts.gates import signed_in
from compute.networks import pages
from compute.networks.interfaces import actions, forms
from compute.networks.interfaces.models import Interface
from compute.networks.pages import Question
from compute.networks.routers import blocks
from core.errors import Text
from core.forms import OnceForm


def found(request: Any, number: int) -> Interface:
    """The interface behind the gate, to be changed."""
    interface: Interface = visible(request, Interface.objects.for_page(), number, ARRANGE)
    return interface


def question(interface: Interface, title: Text, button: Text, *points: tuple[Text, str], **options: Any) -> Question:
    """A question about an interface."""
    words = {"interface": interface, "server": interface.server.name, "title": title}
    crumbs = [
        (_("Servers"), reverse("servers")),
        (interface.server.name, interface.server.get_absolute_url()),
        (_("Network"), interface.get_absolute_url()),
    ]
    return Question(
        title, _("%(title)s: %(interface)s of “%(server)s”") % words, crumbs, button, points=points, **options
    )


@signed_in
def connect(request: Any, number: int) -> HttpResponse:
    """Put it on the shared segment, on a switch, or on nothing."""
    interface = found(request, number)
    form = forms.ConnectForm(request.POST or None, server=interface.server, interface=interface)

    def act() -> Interface:
        actions.connect(interface, form.wire(), by=request.actor, at=request.now)
        return interface

    given = _("The shared segment gives it an address; one it had there before is given back.")
    down = _("The server must be stopped.")
    asked = question(interface, _("Connect"), _("Connect"), (down, ""), (given, ""), icon="plug-connected")
    return pages.ask(request, form, act, asked, done=_("Saved."))


@signed_in
def filter_by(request: Any, number: int) -> HttpResponse:
    """Put a packet filter on it, or take it off."""
    interface = found(request, number)
    form = forms.FilterForm(request.POST or None, interface=interface)

    def act() -> Interface:
        actions.filter_by(interface, form.cleaned_data["packet_filter"], by=request.actor, at=request.now)
        return interface

    at_once = _("It holds at once, also while the server runs.")
    asked = question(interface, _("Packet filter"), _("Save"), (at_once, ""), icon="filter")
    return pages.ask(request, form, act, asked, done=_("Saved."))


@signed_in
def note_address(request: Any, number: int) -> HttpResponse:
    """Note which address the machine uses on its switch."""
    interface = found(request, number)
    form = forms.AddressForm(request.POST or None, initial={"user_address": interface.user_address})

    def act() -> Interface:
        address = form.cleaned_data["user_address"] or None
        actions.note_address(interface, address, by=request.actor, at=request.now)
        return interface

    asked = question(interface, _("Address"), _("Save"))
    return pages.ask(request, form, act, asked, done=_("Saved."))


@signed_in
def name(request: Any, number: int) -> HttpResponse:
    """The reverse DNS name of its address on the shared segment."""
    interface = found(request, number)
    address = interface.shared_address
    if address is None:
        raise Http404
    form = forms.HostNameForm(request.POST or None, initial={"host_name": address.host_name})

    def act() -> Interface:
        blocks.name(address, form.cleaned_data["host_name"], by=request.actor, at=request.now)
        return interface

    asked = question(interface, _("Reverse DNS of %(address)s") % {"address": address}, _("Save"))
    return pages.ask(request, form, act, asked, done=_("Saved."))


@signed_in
def remove(request: Any, number: int) -> HttpResponse:
    """Take it out of its server."""
    interface = found(request, number)
    url = interface.get_absolute_url()

    def act() -> str:
        actions.remove(interface, by=request.actor, at=request.now)
        return url

    down, gone = _("The server must be stopped."), _("Its address on the shared segment is given back.")
    asked = question(interface, _("Remove"), _("Remove"), (down, ""), (gone, ""), icon="trash", css="danger")
    return pages.ask(
        request,
        OnceForm(request.POST if request.method == "POST" else None),
        act,
        asked,
        done=_("The interface was removed."),
    )
