"""How Mono projects and their devices look: columns, chips, the buttons with their reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ARRANGE, CREATE, Actor
from compute.reasons import guarded, level_reason, lock_verb, why_not
from core import marks
from core.calendar import Month, jst_date
from core.marks import chip
from core.pages import Column, Listing
from core.verbs import Verb
from core.web import address
from mobile.mono import traffic
from mobile.mono.models import Device, DeviceGrant, MonoProject, SubOption


def dress(monos: Sequence[Any], at: datetime) -> None:
    """Give each Mono project of a page its number of devices and its sub-options. Two queries."""
    keys = [mono.pk for mono in monos]
    rows = DeviceGrant.objects.granted().filter(mono_project__in=keys).order_by()
    counts = dict(rows.values_list("mono_project").annotate(Count("pk")))
    used = SubOption.objects.active().filter(mono_project__in=keys).order_by("kind")
    for mono in monos:
        mono.devices = counts.get(mono.pk, 0)
        mono.uses = [one.get_kind_display() for one in used if one.mono_project_id == mono.pk]


MONOS = Listing(
    columns=[
        Column(
            gettext_lazy("Name"), lambda mono: marks.named(address("mono", mono.number), mono.name, mono.number),
            sort="name", text=lambda mono: mono.name,
        ),
        Column(gettext_lazy("Devices"), lambda mono: f"{mono.devices:,}", look="num"),
        Column(gettext_lazy("Sub-options"), lambda mono: _(", ").join(mono.uses) or "–"),
        Column(gettext_lazy("Created"), lambda mono: f"{jst_date(mono.created_at)}", sort="created_at"),
    ],
    search=["name"],
    number="number",
    hint=gettext_lazy("Name or number"),
    filename="mono-projects",
    dress=dress,
)  # fmt: skip


def dress_devices(grants: Sequence[Any], at: datetime) -> None:
    """Give each grant of a page what went through this month. One query."""
    volumes = traffic.months([grant.device_id for grant in grants], Month.of(at))
    for grant in grants:
        grant.volume = volumes.get(grant.device_id, traffic.Volume())


def device_cell(grant: Any) -> SafeString:
    return marks.named(address("device", grant.device.number), grant.device.sim.name, grant.device.number)


DEVICES = Listing(
    columns=[
        Column(gettext_lazy("Device"), device_cell, text=lambda grant: grant.device.sim.name),
        Column(
            gettext_lazy("Device ID"), lambda grant: SafeString(f'<span class="mono">{grant.device.code}</span>'),
            text=lambda grant: str(grant.device.code),
        ),
        Column(
            "ICCID", lambda grant: SafeString(f'<span class="mono">{grant.device.sim.iccid}</span>'),
            text=lambda grant: grant.device.sim.iccid,
        ),
        Column(
            gettext_lazy("Traffic this month"), lambda grant: filesizeformat(grant.volume.size), look="num",
            text=lambda grant: str(grant.volume.size),
        ),
        Column(gettext_lazy("Granted on"), lambda grant: f"{jst_date(grant.granted_at)}", sort="granted_at"),
    ],
    search=["device__sim__words"],
    number="device__number",
    sort="-granted_at",
    hint=gettext_lazy("Name, ICCID, IMSI, IMEI, IP, tag or number"),
    filename="devices",
    dress=dress_devices,
)  # fmt: skip


def mono_verbs(mono: MonoProject, actor: Actor) -> list[Verb]:
    """The menu of a Mono project, most harmless first."""

    def at(name: str) -> str:
        return reverse(f"mono_{name}", args=[mono.number])

    return [
        Verb(_("Edit"), at("edit"), "pencil", reason=level_reason(mono, ARRANGE, actor)),
        lock_verb(mono, at("protect"), actor),
        Verb(_("Delete"), at("delete"), "trash", "bad", reason=guarded(mono) or why_not(mono, "delete", actor)),
    ]


def add_verb(mono: MonoProject, actor: Actor) -> Verb:
    """The button that puts SIMs in."""
    url = reverse("mono_add", args=[mono.number])
    return Verb(_("Add SIMs"), url, "plus", "primary", reason=level_reason(mono, CREATE, actor), whole_page=True)


def grant_chip(grant: DeviceGrant | None) -> SafeString:
    if grant is not None and grant.state == DeviceGrant.State.GRANTED:
        return chip("ok", grant.state_label())
    return chip("idle", _("In no Mono project"))


def device_verbs(device: Device, grant: DeviceGrant | None, actor: Actor) -> list[Verb]:
    """The buttons of a device ID."""
    absent = "" if grant else _("This device isn't in a Mono project now.")
    token, remove = (reverse(f"device_{name}", args=[device.number]) for name in ("token", "remove"))
    return [
        Verb(_("New token"), token, "key", reason=absent or level_reason(device, ARRANGE, actor)),
        Verb(_("Remove"), remove, "x", reason=absent or level_reason(device, CREATE, actor)),
    ]


@dataclass(frozen=True)
class Option:
    """A sub-option as the page of its Mono project shows it. suboption: the one in use, or None."""

    title: str
    words: str
    icon: str
    suboption: SubOption | None
    verb: Verb


def options(mono: MonoProject, actor: Actor) -> list[Option]:
    """The sub-options of a Mono project, in use or not. One query."""
    used = {one.kind: one for one in SubOption.objects.active().filter(mono_project=mono)}
    words = {
        "ADAPTER": (_("Hands messages of devices to a webhook or an MQTT broker, and back."), "arrows-exchange"),
        "TRANSFER": (_("Keeps files of devices and for devices, up to 300 MiB each."), "file-text"),
    }
    reason = level_reason(mono, CREATE, actor)

    def verb(kind: str) -> Verb:
        if kind in used:
            url = reverse(f"mono_{kind.lower()}_stop", args=[mono.number])
            return Verb(_("Stop using it"), url, "x", "small", reason=reason)
        return Verb(_("Use it"), "", "plus", "small", reason=_("It is being prepared and can't be ordered yet."))

    return [
        Option(str(label), *words[kind], used.get(kind), verb(kind)) for kind, label in SubOption.Kind.choices
    ]  # fmt: skip
