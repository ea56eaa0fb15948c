"""Projects and their keys, as staff see them."""

from datetime import datetime

from django.contrib import admin
from django.utils.translation import gettext_lazy

from accounts.access import Actor
from accounts.api_keys import actions as api_keys
from accounts.api_keys.models import ApiKey
from accounts.projects.models import Project
from core.admin import Record, verb


@admin.register(Project)
class ProjectAdmin(Record):
    list_display = ("number", "name", "organisation", "created_at", "closed_at")
    list_select_related = ("organisation",)
    search_fields = ("name", "=number", "organisation__name")
    ordering = ("-id",)


@admin.register(ApiKey)
class ApiKeyAdmin(Record):
    list_display = ("token", "name", "project", "level", "created_at", "last_used_on", "revoked_at")
    list_select_related = ("project",)
    search_fields = ("=token", "name", "=project__number")
    ordering = ("-id",)
    fields = ("token", "name", "project", "level", "may_bill", "may_eventlog", "created_by", "created_at", "revoked_at")
    actions = ("revoke",)

    @verb(gettext_lazy("Revoke"))
    def revoke(self, key: ApiKey, *, by: Actor, at: datetime) -> None:
        api_keys.revoke(key, by=by, at=at)
