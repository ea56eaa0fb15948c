"""Servers as staff see them, and the catalogue they are ordered from."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from compute.drivers.models import SimulatedFault
from compute.servers import actions
from compute.servers.models import Server
from compute.zones import DiskPlan, Region, ServerPlan, Zone
from core.admin import Record, verb


@admin.register(Server)
class ServerAdmin(Record):
    """Staff stop what must stop and lift restrictions; a stop by staff is no pause of the customer (AM-3)."""

    list_display = ("number", "name", "project", "zone", "plan", "state", "stopped_since", "is_restricted")
    list_filter = ("state", "zone", "is_restricted")
    list_select_related = ("project", "zone", "plan")
    search_fields = ("name", "number")
    ordering = ("-id",)
    actions = ("stop", "lift_restriction")

    @verb(_("Stop (not counted as a pause)"))
    def stop(self, server: Server, *, by: Actor, at: Any) -> None:
        actions.stop(server, by=by, at=at)

    @verb(_("Lift the restriction"))
    def lift_restriction(self, server: Server, *, by: Actor, at: Any) -> None:
        actions.restrict(server, restricted=False, by=by, at=at)


admin.site.register(SimulatedFault)
admin.site.register([Region, Zone, ServerPlan, DiskPlan])
