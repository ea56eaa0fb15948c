"""Documents and who accepted them."""

from django.contrib import admin

from accounts.consents.models import Acceptance, Document
from core.admin import Record


@admin.register(Document)
class DocumentAdmin(Record):
    list_display = ("code", "version", "effective_on")
    search_fields = ("code",)
    ordering = ("code", "-version")


@admin.register(Acceptance)
class AcceptanceAdmin(Record):
    list_display = ("at", "organisation", "document", "actor_label", "address")
    list_select_related = ("organisation", "document")
    search_fields = ("organisation__name", "=organisation__number", "=document__code")
    ordering = ("-id",)
