"""Pages of peer connections."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import consents
from accounts.access import ARRANGE, visible
from accounts.gates import signed_in
from compute.networks import pages
from compute.networks.local_routers import forms, peering
from compute.networks.local_routers.models import Peer
from compute.networks.local_routers.views import crumbs, found
from compute.services import LOCAL_ROUTER
from core.forms import OnceForm
from core.web import back


def peer_of(request: Any, number: int) -> Peer:
    """A peer behind the gate."""
    rows = Peer.objects.select_related("router__project__organisation", "other")
    peer: Peer = visible(request, rows, number, ARRANGE)
    return peer


@signed_in
def add(request: Any, number: int) -> HttpResponse:
    """Name a peer; at the first one the six points are shown again (19-1)."""
    router = found(request, number, ARRANGE)
    form = forms.PeerForm(request.POST or None)

    def act() -> Peer:
        data = form.cleaned_data
        return peering.add(
            router, data["number"], data["key"], description=data["description"], by=request.actor, at=request.now
        )

    asks = _("With whom is “%(name)s” to be connected?") % {"name": router.name}
    points = [(_("Traffic flows once both sides name each other."), "19-1")]
    question = pages.Question(_("Add a peer"), asks, crumbs(router), _("Add"), "link", points=points)
    again = consents.in_force(LOCAL_ROUTER.consents, request.now) if peering.first_peer(router) else []
    texts = [one.text(get_language() or "ja") for one in again]
    return pages.ask(request, form, act, question, done=_("The peer is named."), texts=texts)


@signed_in
def edit(request: Any, number: int) -> HttpResponse:
    """Change what is noted about it."""
    peer = peer_of(request, number)
    form = forms.DescriptionForm(request.POST or None, initial={"description": peer.description})

    def act() -> Peer:
        peering.edit(peer, description=form.cleaned_data["description"], by=request.actor, at=request.now)
        return peer

    asks = _("Edit the note about peer %(number)s") % {"number": peer.other.number}
    question = pages.Question(_("Edit"), asks, crumbs(peer.router), _("Save"))
    return pages.ask(request, form, act, question, done=_("Saved."))


@require_POST
@signed_in
def switch(request: Any, number: int) -> HttpResponse:
    """Switch it off, or on again."""
    peer = peer_of(request, number)
    peering.switch(peer, enabled=not peer.enabled, by=request.actor, at=request.now)
    return back(request, peer.get_absolute_url())


@signed_in
def remove(request: Any, number: int) -> HttpResponse:
    """Name it no longer."""
    peer = peer_of(request, number)
    form = OnceForm(request.POST or None)
    url = peer.get_absolute_url()

    def act() -> str:
        peering.remove(peer, by=request.actor, at=request.now)
        return url

    asks = _("Remove peer %(number)s?") % {"number": peer.other.number}
    points = [
        (_("The connection breaks at once, and the peer is told. To connect again you need its key again."), "19-1")
    ]
    question = pages.Question(
        _("Remove the peer"), asks, crumbs(peer.router), _("Remove"), "trash", "danger", points=points
    )  # fmt: skip
    return pages.ask(request, form, act, question, done=_("The peer was removed."))
