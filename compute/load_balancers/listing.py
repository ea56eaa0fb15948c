"""How load balancers look: the list's columns and filters, the buttons."""

from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ARRANGE, Actor
from compute.load_balancers.models import LoadBalancer
from compute.reasons import guarded, level_reason, lock_verb, why_not
from compute.zones import Zone
from core import marks
from core.calendar import jst_date
from core.marks import chip
from core.pages import Column, Listing, by_field
from core.verbs import Verb


def name_cell(balancer: Any) -> SafeString:
    return marks.named(balancer.get_absolute_url(), balancer.name, balancer.number)


LISTING = Listing(
    columns=[
        Column(gettext_lazy("Name"), name_cell, sort="name", text=lambda one: one.name),
        Column(
            gettext_lazy("State"), lambda one: chip(one.tone, one.state_label()), text=LoadBalancer.state_label,
            look="corner",
        ),
        Column(gettext_lazy("Zone"), lambda one: str(one.zone)),
        Column(gettext_lazy("IP address"), lambda one: SafeString(f'<span class="mono">{one.address}</span>'),
               text=lambda one: one.address),
        Column(gettext_lazy("Ports"), lambda one: f"{one.ports}", look="num"),
        Column(gettext_lazy("Servers in use"), lambda one: f"{one.servers}", look="num"),
        Column(gettext_lazy("Created"), lambda one: f"{jst_date(one.created_at)}", sort="created_at"),
    ],
    search=["name"],
    number="number",
    filters=[
        by_field(
            "zone", gettext_lazy("Zone"), lambda: [(z.code, str(z)) for z in Zone.objects.sold()], field="zone__code"
        )
    ],
    hint=gettext_lazy("Name or number"),
    filename="load-balancers",
)  # fmt: skip
TARGET_TONES = {"up": "ok", "down": "bad", "off": "idle"}


def health_chip(health: str) -> SafeString:
    """How a target is."""
    words = {"up": _("Healthy"), "down": _("No answer"), "off": _("Not in use")}
    return chip(TARGET_TONES.get(health, "busy"), words.get(health, _("Not known yet")))


def more_verbs(balancer: LoadBalancer, actor: Actor) -> list[Verb]:
    """The menu beside the heading."""

    def at(name: str) -> str:
        return reverse(f"balancer_{name}", args=[balancer.number])

    arrange = level_reason(balancer, ARRANGE, actor)
    return [
        Verb(_("Edit"), at("edit"), "pencil", reason=arrange),
        Verb(_("Health check"), at("health"), "gauge", reason=arrange),
        lock_verb(balancer, at("protect"), actor),
        Verb(_("Delete"), at("delete"), "trash", "bad", reason=guarded(balancer) or why_not(balancer, "delete", actor)),
    ]
