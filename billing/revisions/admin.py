"""Who was told of which price, for staff."""

from django.contrib import admin

from billing.revisions.models import PriceNotice
from core.admin import Record


@admin.register(PriceNotice)
class PriceNoticeAdmin(Record):
    """One row for each organisation and price; the mail itself is among the notices."""

    list_display = ("organisation", "price", "resources", "before", "after", "told_at", "withdrawn_at")
    list_select_related = ("organisation", "price__item")
    list_filter = (("withdrawn_at", admin.EmptyFieldListFilter),)
    search_fields = ("organisation__name", "price__item__code")
    ordering = ("-pk",)
