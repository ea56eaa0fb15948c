"""The network page of a server: its interfaces, and one more of them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import ARRANGE
from accounts.gates import signed_in
from compute.networks import pages
from compute.networks.interfaces import actions
from compute.networks.interfaces.forms import ConnectForm
from compute.networks.interfaces.models import Interface
from compute.servers.views import found


@signed_in
def network(request: Any, number: int) -> HttpResponse:
    """Its interfaces: what they are connected to, their addresses and filters."""
    server = found(request, number)
    reason = pages.lacking(server, ARRANGE, request.actor)
    down = server.state in actions.DOWN
    wired_reason = reason or ("" if down else _("Stop the server first; then its interfaces can be changed."))
    context = {
        "server": server,
        "interfaces": Interface.objects.for_page().filter(server=server),
        "reason": reason,
        "wired_reason": wired_reason,
    }
    return render(request, "compute/servers/network.html", context)


@signed_in
def add_interface(request: Any, number: int) -> HttpResponse:
    """One more interface."""
    server = found(request, number, ARRANGE)
    form = ConnectForm(request.POST or None, server=server)

    def act() -> str:
        return actions.add(server, form.wire(), by=request.actor, at=request.now).get_absolute_url()

    crumbs = [(server.name, server.get_absolute_url()), (_("Network"), f"{server.get_absolute_url()}network")]
    title = _("Add an interface")
    question = pages.Question(
        title, title, crumbs, _("Add"), "plus", points=[(_("The server must be stopped."), "")]
    )  # fmt: skip
    return pages.ask(request, form, act, question, done=_("The interface was added."))
