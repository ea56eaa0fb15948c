"""How SIMs look: the list's columns and filters, chips, and the buttons with their reasons."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ARRANGE, Actor
from compute.reasons import guarded, level_reason, lock_verb, why_not
from core import marks
from core.calendar import Month, jst_date
from core.marks import chip
from core.pages import Column, Listing, by_field
from core.sheets import plain
from core.verbs import Verb
from core.web import address
from mobile.sims import usage
from mobile.sims.models import Lock, Sim

TONES = {"INACTIVE": "idle", "ACTIVATING": "busy", "ACTIVE": "ok", "DEACTIVATING": "busy", "DELETED": "idle"}


def state_chip(sim: Any) -> SafeString:
    return chip(TONES[sim.state], sim.state_label())


def name_cell(sim: Any) -> SafeString:
    return marks.named(address("sim", sim.number), sim.name, sim.number)


def connected_chip(sim: Any) -> SafeString:
    """Whether a device is connected now, or why none can be."""
    if sim.card.lock != Lock.NONE:
        return chip("bad", sim.card.get_lock_display())
    return chip("ok", _("Connected")) if sim.connected else chip("idle", _("Not connected"))


def lock_words(sim: Any) -> str:
    """What a lock means, and what can be done about it."""
    return {
        Lock.PIN_LOCKED: _(
            "The PIN was wrong too often. Enter the PUK in the device; after ten wrong ones the SIM is unusable for "
            "good."
        ),
        Lock.PUK_DEAD: _("The PUK was wrong too often: it is unusable for good, without exchange or refund."),
    }.get(sim.card.lock, "")


def silent_words(sim: Any) -> str:
    """When it last carried anything."""
    words = f"{jst_date(sim.last_traffic_at)}" if sim.last_traffic_at else _("never")
    return _("%(day)s (fee ahead)") % {"day": words} if sim.is_silent else words


def dress(sims: Sequence[Any], at: datetime) -> None:
    """Give each SIM of a page what it carried this month. One query."""
    volumes = usage.months([sim.pk for sim in sims], Month.of(at))
    for sim in sims:
        sim.volume = volumes.get(sim.pk, usage.Volume())


def size(count: int) -> str:
    """Bytes in words, with a space that doesn't break."""
    return filesizeformat(count)


LISTING = Listing(
    columns=[
        Column(gettext_lazy("Name"), name_cell, sort="name", text=lambda sim: sim.name),
        Column(gettext_lazy("State"), state_chip, text=Sim.state_label, look="corner"),
        Column(gettext_lazy("Connection"), connected_chip, text=lambda sim: plain(connected_chip(sim))),
        Column("ICCID", lambda sim: SafeString(f'<span class="mono">{sim.iccid}</span>'), text=lambda sim: sim.iccid),
        Column(gettext_lazy("IP address"), lambda sim: sim.address or "–", text=lambda sim: sim.address or ""),
        Column(
            gettext_lazy("Traffic this month"), lambda sim: size(sim.volume.total), look="num",
            text=lambda sim: str(sim.volume.total),
        ),
        Column(gettext_lazy("Last traffic"), silent_words),
        Column(gettext_lazy("Registered"), lambda sim: f"{jst_date(sim.created_at)}", sort="created_at"),
    ],
    search=["words"],
    number="number",
    filters=[
        by_field("state", gettext_lazy("State"), lambda: [c for c in Sim.State.choices if c[0] != "DELETED"]),
        by_field(
            "silent", gettext_lazy("Traffic"), lambda: [("True", gettext_lazy("none for 11 months"))],
            field="is_silent",
        ),
    ],
    hint=gettext_lazy("Name, ICCID, IMSI, IMEI, IP, tag or number"),
    filename="sims",
    dress=dress,
)  # fmt: skip


def power_verbs(sim: Sim, actor: Actor) -> list[Verb]:
    """The button beside the heading: activate or deactivate."""
    if sim.is_up:
        url = reverse("sim_deactivate", args=[sim.number])
        return [Verb(_("Deactivate"), url, "player-pause", reason=why_not(sim, "deactivate", actor))]
    url, reason = reverse("sim_activate", args=[sim.number]), why_not(sim, "activate", actor)
    return [Verb(_("Activate"), url, "player-play", "primary", reason=reason, post=True)]


def more_verbs(sim: Sim, actor: Actor) -> list[Verb]:
    """The menu beside them, most harmless first."""

    def at(name: str) -> str:
        return reverse(f"sim_{name}", args=[sim.number])

    arrange = level_reason(sim, ARRANGE, actor)
    return [
        Verb(_("Edit"), at("edit"), "pencil", reason=arrange),
        lock_verb(sim, at("protect"), actor),
        Verb(_("Delete"), at("delete"), "trash", "bad", reason=guarded(sim) or why_not(sim, "delete", actor)),
    ]


def option_verbs(sim: Sim, actor: Actor) -> dict[str, Verb]:
    """The buttons of settings and sub-options, by what they are about."""
    arrange = level_reason(sim, ARRANGE, actor)

    def verb(label: str, name: str, icon: str = "pencil") -> Verb:
        return Verb(label, reverse(f"sim_{name}", args=[sim.number]), icon, "small", reason=arrange)

    return {
        "address": verb(_("Change"), "address") if sim.address else verb(_("Set"), "address", "plus"),
        "address_free": verb(_("Remove"), "address_free", "x"),
        "device": verb(_("Change"), "device") if sim.imei else verb(_("Lock"), "device", "lock"),
        "device_unlock": verb(_("Unlock"), "device_unlock", "lock-open"),
        "networks": verb(_("Change"), "networks"),
        "lock": verb(_("Note a lock"), "lock", "flag"),
    }
