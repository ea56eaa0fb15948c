"""How disks look: the list's columns and filters, the buttons."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ARRANGE, CREATE, Actor
from compute.archives.listing import state_chip
from compute.disks.models import Disk
from compute.reasons import guarded, level_reason, lock_verb, not_while, why_not
from core import marks
from core.calendar import jst_date
from core.pages import Column, Listing, by_field
from core.verbs import Verb


def name_cell(disk: Any) -> SafeString:
    return marks.named(disk.get_absolute_url(), disk.name, disk.number)


def server_cell(disk: Any) -> SafeString | str:
    if disk.server is None:
        return "—"
    return format_html('<a href="{}">{}</a>', disk.server.get_absolute_url(), disk.server.name)


LISTING = Listing(
    columns=[
        Column(gettext_lazy("Name"), name_cell, sort="name", text=lambda disk: disk.name),
        Column(gettext_lazy("State"), state_chip, text=Disk.state_label, look="corner"),
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
)


def not_ready(disk: Disk) -> str:
    """Why nothing can be done to its content; "" when it can."""
    if disk.state != Disk.State.AVAILABLE:
        return not_while(disk)
    if disk.server is not None and disk.server.state not in ("STOPPED", "FAILED", "PROVISIONING"):
        return _("Stop the server first; then this can be done with its disk.")
    return ""


def first_verbs(disk: Disk, actor: Actor) -> list[Verb]:
    """The button beside the heading: attach it, or detach it."""
    lacking = level_reason(disk, ARRANGE, actor)
    if disk.server is None:
        failed = _("This disk can't be used any more, so it can't be attached.") if disk.state == "FAILED" else ""
        url = reverse("disk_attach", args=[disk.number])
        return [Verb(_("Attach to a server"), url, "plug-connected", reason=lacking or failed)]
    down = disk.server.state in ("STOPPED", "FAILED")
    running = "" if down else _("Stop the server first; then the disk can be detached.")
    return [Verb(_("Detach"), reverse("disk_detach", args=[disk.number]), reason=lacking or running, post=True)]


def more_verbs(disk: Disk, actor: Actor) -> list[Verb]:
    """The menu beside it, most harmless first."""

    def at(name: str) -> str:
        return reverse(f"disk_{name}", args=[disk.number])

    arrange, create = level_reason(disk, ARRANGE, actor), level_reason(disk, CREATE, actor)
    still = not_ready(disk)
    blank = _("There is no system on this disk.") if disk.partition_gb == 0 else ""
    full = _("The partition fills the disk.") if disk.partition_gb == disk.size_gb else ""
    attached = _("This disk is attached to a server. Detach it, or delete the server first.") if disk.server else ""
    copy = f"{reverse('disk_new')}?from=disk-{disk.number}"
    return [
        Verb(_("Edit"), at("edit"), "pencil", reason=arrange),
        Verb(_("Make an archive of it"), at("archive"), "archive", reason=create or still),
        Verb(_("Copy to a new disk"), copy, "copy", reason=create or still, whole_page=True),
        Verb(_("Set up the system"), at("settings"), "settings", reason=arrange or blank or still),
        Verb(_("Grow the partition"), at("grow"), "arrow-right", reason=arrange or blank or full or still, post=True),
        lock_verb(disk, at("protect"), actor),
        Verb(_("Install the system anew"), at("rewrite"), "restore", "bad", reason=why_not(disk, "rewrite", actor)),
        Verb(
            _("Delete"), at("delete"), "trash", "bad",
            reason=attached or guarded(disk) or why_not(disk, "delete", actor),
        ),
    ]  # fmt: skip
