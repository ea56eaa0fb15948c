"""The event log of all customers and of staff."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from accounts.audit.models import AuditEvent
from core.admin import Record


@admin.register(AuditEvent)
class AuditEventAdmin(Record):
    list_display = ("at", "what", "actor_label", "actor_kind", "address", "organisation", "project")
    list_filter = ("actor_kind",)
    list_select_related = ("organisation", "project")
    search_fields = ("subject_name", "actor_label", "=subject_number", "=verb")
    ordering = ("-id",)

    @admin.display(description=gettext_lazy("Event"))
    def what(self, event: AuditEvent) -> str:
        return event.sentence
