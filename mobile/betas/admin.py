"""Betas as staff keep them; who tries them is read-only."""

from django.contrib import admin

from core.admin import Record
from mobile.betas.models import Beta, Enrolment


@admin.register(Beta)
class BetaAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Staff set the words and the last day; everybody enrolled is told within minutes (63-2, 65-1)."""

    list_display = ("code", "title_ja", "parent", "opens_on", "ends_on", "formal_path")
    list_filter = ("parent",)
    search_fields = ("code", "title_ja", "title_en")
    ordering = ("-id",)

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False


@admin.register(Enrolment)
class EnrolmentAdmin(Record):
    list_display = ("number", "beta", "project", "state", "created_at", "told_for")
    list_filter = ("state", "beta")
    list_select_related = ("beta", "project")
    search_fields = ("=number", "project__name")
    ordering = ("-id",)
