"""How archives and CD-ROM images look: the list's columns and filters, the buttons."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ARRANGE, CREATE, Actor
from compute.archives.models import Archive, Image
from compute.reasons import guarded, level_reason, lock_verb, not_while, why_not
from compute.zones import Zone
from core import marks
from core.calendar import jst_date
from core.marks import chip
from core.pages import Column, Listing, by_field
from core.verbs import Verb


def name_cell(image: Any) -> SafeString:
    return marks.named(image.get_absolute_url(), image.name, image.number)


def state_chip(thing: Any) -> SafeString:
    """The state of an image or a disk; while it is copied with how far that is."""
    if thing.is_busy and thing.copied_mb:
        words = {"state": thing.state_label(), "percent": thing.copied_percent}
        return chip(thing.tone, _("%(state)s %(percent)s %%") % words)
    return chip(thing.tone, thing.state_label())


def shared_cell(archive: Any) -> SafeString:
    return marks.badge(_("Shared"), "brand") if archive.is_shared else SafeString("")


COLUMNS = [
    Column(gettext_lazy("Name"), name_cell, sort="name", text=lambda image: image.name),
    Column(gettext_lazy("State"), state_chip, text=Image.state_label, look="corner"),
    Column(gettext_lazy("Zone"), lambda image: str(image.zone)),
    Column(gettext_lazy("Size"), lambda image: f"{image.size_gb:,} GB", look="num"),
    Column(gettext_lazy("Created"), lambda image: f"{jst_date(image.created_at)}", sort="created_at"),
]
FILTERS = [
    by_field("state", gettext_lazy("State"), lambda: [c for c in Image.State.choices if c[0] != "DELETED"]),
    by_field("zone", gettext_lazy("Zone"), lambda: [(z.code, str(z)) for z in Zone.objects.sold()], field="zone__code"),
]


def listing(filename: str, *more: Column) -> Listing:
    """The list of one kind of image."""
    return Listing(
        columns=[*COLUMNS, *more], search=["name"], number="number", filters=FILTERS,
        hint=gettext_lazy("Name or number"), filename=filename,
    )  # fmt: skip


LISTINGS = {
    "archive": listing("archives", Column(gettext_lazy("Sharing"), shared_cell)),
    "cdrom": listing("cd-roms"),
}


def ours(image: Image) -> str:
    """Why an image of ours isn't changed; "" for a customer's."""
    return _("This image is ours; it can be used, but not changed.") if image.project_id is None else ""


def first_verbs(image: Image, actor: Actor) -> list[Verb]:
    """The button beside the heading: end the upload, or make a disk of it."""
    if image.state == Image.State.UPLOADING:
        url = reverse(f"{image.noun}_close_upload", args=[image.number])
        reason = why_not(image, "close_upload", actor)
        return [Verb(_("The upload is complete"), url, "check", "primary", reason=reason, post=True)]
    if not isinstance(image, Archive):
        return []
    code = image.name if image.project_id is None else f"archive-{image.number}"
    reason = "" if image.state == Image.State.AVAILABLE else not_while(image)
    return [
        Verb(
            _("Make a disk"),
            f"{reverse('disk_new')}?{urlencode({'from': code})}",
            "database",
            reason=reason,
            whole_page=True,
        )
    ]


def more_verbs(image: Image, actor: Actor) -> list[Verb]:
    """The menu beside it, most harmless first; none for an image of ours."""
    if image.project_id is None:
        return []

    def at(name: str) -> str:
        return reverse(f"{image.noun}_{name}", args=[image.number])

    verbs = [Verb(_("Edit"), at("edit"), "pencil", reason=level_reason(image, ARRANGE, actor))]
    if isinstance(image, Archive):
        verbs += archive_verbs(image, actor, at)
    again = _("Get a new password") if image.state == Image.State.UPLOADING else _("Upload again")
    return [
        *verbs,
        Verb(again, at("upload"), "upload", reason=why_not(image, "open_upload", actor)),
        lock_verb(image, at("protect"), actor),
        Verb(_("Delete"), at("delete"), "trash", "bad", reason=guarded(image) or why_not(image, "delete", actor)),
    ]


def archive_verbs(archive: Archive, actor: Actor, at: Any) -> list[Verb]:
    """What is done with archives only."""
    ready = "" if archive.state == Image.State.AVAILABLE else not_while(archive)
    create = level_reason(archive, CREATE, actor)
    copy = f"{reverse('archive_new')}?from={archive.number}"
    verbs = [
        Verb(_("Copy, also to another zone"), copy, "copy", reason=create or ready, whole_page=True),
        Verb(_("Share by a key"), at("share"), "share", reason=create or ready, whole_page=True),
    ]
    if hasattr(archive, "share_use"):
        verbs.append(Verb(_("Report this shared archive"), at("report"), "flag"))
    return verbs
