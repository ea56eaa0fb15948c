"""Data packs as staff see them."""

from django.contrib import admin

from core.admin import Record
from mobile.data_packs.models import DataPack


@admin.register(DataPack)
class DataPackAdmin(Record):
    list_display = ("number", "project", "plan", "state", "created_at")
    list_filter = ("state", "plan")
    list_select_related = ("project",)
    search_fields = ("=number", "project__name")
    ordering = ("-id",)
