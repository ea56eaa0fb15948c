"""What customers were told, as staff see it."""

from django.contrib import admin

from accounts.notices.models import Notice
from core.admin import Record


@admin.register(Notice)
class NoticeAdmin(Record):
    list_display = ("at", "title", "user", "organisation", "deadline_at", "mailed_at", "read_at")
    list_filter = ("topic", "kind")
    list_select_related = ("user", "organisation")
    search_fields = ("title", "user__email")
    ordering = ("-id",)
    exclude = ("uuid",)
