"""The gateway's calls for staff: read-only."""

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.inbox.models import GatewayEvent
from core.admin import Record


@admin.register(GatewayEvent)
class GatewayEventAdmin(Record):
    """What the gateway called about, when, and what came of it."""

    list_display = ("event_id", "kind", "reference", "received_at", "processed_at", "result")
    list_filter = ("result", "kind")
    search_fields = ("event_id", "reference")
    fields = (*list_display, "text")
    readonly_fields = ("text",)
    ordering = ("-pk",)

    @admin.display(description=_("as it came"))
    def text(self, row: GatewayEvent) -> str:
        """The body."""
        return bytes(row.body).decode() or gettext("Deleted after its time of keeping.")
