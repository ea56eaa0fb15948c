"""People, as staff see them: lock out, let in again."""

from datetime import datetime

from django.contrib import admin
from django.utils.translation import gettext_lazy

from accounts.access import Actor
from accounts.users import actions
from accounts.users.models import User
from core.admin import Record, verb


@admin.register(User)
class UserAdmin(Record):
    list_display = ("email", "name", "language", "is_active", "is_staff", "created_at", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    ordering = ("-id",)
    fields = ("email", "name", "language", "is_active", "is_staff", "is_superuser", "created_at", "last_login")
    actions = ("lock_out", "let_in")

    @verb(gettext_lazy("Lock out"))
    def lock_out(self, user: User, *, by: Actor, at: datetime) -> None:
        actions.set_active(user, active=False, by=by, at=at)

    @verb(gettext_lazy("Let in again"))
    def let_in(self, user: User, *, by: Actor, at: datetime) -> None:
        actions.set_active(user, active=True, by=by, at=at)
