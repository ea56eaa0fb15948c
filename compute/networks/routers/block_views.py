"""Pages of a router's blocks of addresses: their names in reverse DNS, the next hop, giving them back."""

from ipaddress import ip_address
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import ARRANGE, CREATE, VIEW, visible
from accounts.gates import signed_in
from billing import estimates
from compute.networks import pages
from compute.networks.addressing import plan
from compute.networks.interfaces.forms import HostNameForm
from compute.networks.routers import actions, blocks, forms
from compute.networks.routers.models import Block
from core.errors import Text
from core.forms import OnceForm


def found(request: Any, number: int, level: int = VIEW) -> Block:
    """The block behind the gate, with what its pages show."""
    wanted = Block.objects.select_related("router__project", "router__zone", "router__contract", "contract")
    block: Block = visible(request, wanted, number, level)
    return block


def crumbs(block: Block) -> list[tuple[Text, str]]:
    """Where pages of one block belong."""
    router = block.router
    return [
        (_("Router+switches"), reverse("routers")),
        (router.name, router.get_absolute_url()),
        (str(block), block.get_absolute_url()),
    ]


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """Its addresses and their names."""
    block = found(request, number)
    context = {
        "given": block,
        "returnable": block.kind != Block.Kind.OWN,
        "gateway": plan.gateway(block.network) if block.kind != Block.Kind.ADDITIONAL else None,
        "is_ipv6": block.kind == Block.Kind.IPV6,
        "addresses": block.addresses.order_by("address"),
        "arranges": not pages.lacking(block, ARRANGE, request.actor),
        "creates": not pages.lacking(block, CREATE, request.actor),
        "charges": estimates.of_contract(block.contract, at=request.now) if block.contract else None,
    }
    return render(request, "compute/networks/routers/block.html", context)


@signed_in
def route(request: Any, number: int) -> HttpResponse:
    """Route additional addresses to another machine."""
    block = found(request, number, ARRANGE)
    form = forms.RouteForm(request.POST or None, router=block.router, initial={"next_hop": block.next_hop})

    def act() -> Block:
        blocks.route(block, form.cleaned_data["next_hop"], by=request.actor, at=request.now)
        return block

    asks = _("Route %(network)s to another machine") % {"network": block}
    question = pages.Question(_("Change the next hop"), asks, crumbs(block), _("Save"))
    return pages.ask(request, form, act, question, done=_("Saved."))


@signed_in
def remove(request: Any, number: int) -> HttpResponse:
    """Give additional addresses or an IPv6 prefix back, after saying what that costs (11-3)."""
    block = found(request, number, CREATE)
    router = block.router

    def act() -> str:
        end = actions.remove_ipv6 if block.kind == Block.Kind.IPV6 else blocks.remove
        end(block, by=request.actor, at=request.now)
        return router.get_absolute_url()

    points = [(_("Others may get these addresses; their names are forgotten."), "")]
    ending = None
    if block.contract is not None:
        points += [(_("Its contract ends today; the whole month is charged."), "11-3")]
        ending = estimates.of_ending(block.contract, at=request.now)
    asks = _("Give %(network)s back?") % {"network": block}
    question = pages.Question(
        _("Give addresses back"), asks, crumbs(block), _("Give back"), "trash", "danger", points
    )  # fmt: skip
    done = _("The addresses were given back.")
    return pages.ask(
        request, OnceForm(request.POST if request.method == "POST" else None), act, question, done=done, ending=ending
    )


@signed_in
def name(request: Any, number: int, address: str) -> HttpResponse:
    """The reverse DNS name of one of its addresses."""
    block = found(request, number, ARRANGE)
    row = block.addresses.filter(address=tidy(address)).first()
    if row is None:
        raise Http404
    form = HostNameForm(request.POST or None, initial={"host_name": row.host_name})

    def act() -> Block:
        said = form.cleaned_data["host_name"]
        if block.kind == Block.Kind.IPV6 and not said:
            blocks.unname_ipv6(row, by=request.actor, at=request.now)
        else:
            blocks.name(row, said, by=request.actor, at=request.now)
        return block

    title = _("Reverse DNS of %(address)s") % {"address": row}
    question = pages.Question(_("Reverse DNS"), title, crumbs(block), _("Save"))
    return pages.ask(request, form, act, question, done=_("Saved."))


def tidy(address: str) -> str:
    """The address in its one form. Raises Http404."""
    try:
        return str(ip_address(address))
    except ValueError as error:
        raise Http404 from error


@signed_in
def name_ipv6(request: Any, number: int) -> HttpResponse:
    """Name an address of an IPv6 prefix."""
    block = found(request, number, ARRANGE)
    if block.kind != Block.Kind.IPV6:
        raise Http404
    form = forms.Ipv6NameForm(request.POST or None)

    def act() -> Block:
        data = form.cleaned_data
        blocks.name_ipv6(block, data["address"], data["host_name"], by=request.actor, at=request.now)
        return block

    asks = _("Name an address in %(network)s") % {"network": block}
    question = pages.Question(_("Name an address"), asks, crumbs(block), _("Save"))
    return pages.ask(request, form, act, question, done=_("Saved."))
