"""Images and their shares as staff see them."""

from datetime import datetime

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from compute.archives import sharing
from compute.archives.models import Archive, ArchiveShare, Cdrom, ShareUse
from core.admin import ReasonForm, Record, verb


@admin.register(Archive, Cdrom)
class ImageAdmin(Record):
    """The customers' and ours."""

    list_display = ("number", "name", "project", "zone", "state", "size_gb", "created_at")
    list_filter = ("state", "zone")
    list_select_related = ("project", "zone")
    search_fields = ("name", "number")
    ordering = ("-id",)
    exclude = ("upload_password",)


@admin.register(ArchiveShare)
class ArchiveShareAdmin(Record):
    """After a report staff disable a key (30-1); its owner reads why."""

    list_display = ("archive", "state", "keyed_at", "state_changed_at", "reason")
    list_filter = ("state",)
    list_select_related = ("archive",)
    search_fields = ("archive__name", "archive__number")
    ordering = ("-id",)
    actions = ("disable",)

    @verb(_("Disable the key …"), form=ReasonForm)
    def disable(self, share: ArchiveShare, *, reason: str, by: Actor, at: datetime) -> None:
        sharing.disable(share, reason, by=by, at=at)


@admin.register(ShareUse)
class ShareUseAdmin(Record):
    """Who copied what."""

    list_display = ("share", "archive", "organisation", "at")
    list_select_related = ("share__archive", "archive", "organisation")
    ordering = ("-id",)
