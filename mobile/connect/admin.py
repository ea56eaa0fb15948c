"""The yearly contracts as staff see them."""

from django.contrib import admin

from core.admin import Record
from mobile.connect.models import Connect


@admin.register(Connect)
class ConnectAdmin(Record):
    list_display = ("project", "state", "contract", "reminded_for")
    list_filter = ("state",)
    list_select_related = ("project", "contract")
    search_fields = ("project__name",)
    ordering = ("-id",)
