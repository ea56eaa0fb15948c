"""Mono Platform as staff see it."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy

from accounts.access import Actor
from core.admin import Record, verb
from mobile.mono import devices, suboptions
from mobile.mono.models import Device, DeviceGrant, Mono, MonoProject, SubOption


@admin.register(Mono)
class MonoAdmin(Record):
    list_display = ("project", "state", "contract", "reminded_for")
    list_filter = ("state",)
    list_select_related = ("project", "contract")
    search_fields = ("project__name",)
    ordering = ("-id",)


@admin.register(MonoProject)
class MonoProjectAdmin(Record):
    list_display = ("number", "name", "project", "state", "created_at")
    list_filter = ("state",)
    list_select_related = ("project",)
    search_fields = ("=number", "name", "project__name")
    ordering = ("-id",)


@admin.register(Device)
class DeviceAdmin(Record):
    """Device IDs; who they were granted to is in the grants. The hash of a token is never shown."""

    list_display = ("number", "code", "sim", "project", "issued_at", "token_at")
    exclude = ("token",)
    list_select_related = ("sim", "project")
    search_fields = ("=number", "=code", "=sim__iccid")
    ordering = ("-id",)


@admin.register(DeviceGrant)
class DeviceGrantAdmin(Record):
    list_display = ("device", "mono_project", "state", "granted_at", "removed_at")
    list_filter = ("state",)
    list_select_related = ("device__sim", "mono_project")
    search_fields = ("=device__number", "=device__sim__iccid", "mono_project__name")
    ordering = ("-id",)
    actions = ("remove",)

    @verb(gettext_lazy("Remove from the Mono project"))
    def remove(self, grant: DeviceGrant, *, by: Actor, at: Any) -> None:
        devices.remove(grant, by=by, at=at)


@admin.register(SubOption)
class SubOptionAdmin(Record):
    list_display = ("mono_project", "kind", "state", "started_at", "ended_at")
    list_filter = ("kind", "state")
    list_select_related = ("mono_project",)
    search_fields = ("=mono_project__number", "mono_project__name")
    ordering = ("-id",)
    actions = ("end",)

    @verb(gettext_lazy("End"))
    def end(self, suboption: SubOption, *, by: Actor, at: Any) -> None:
        suboptions.end(suboption, by=by, at=at)
