"""Networks as staff see them. They add address pools and bandwidths; everything else is the customer's."""

from typing import Any

from django.contrib import admin

from accounts.access import staff
from compute.networks.aws import actions as aws
from compute.networks.models import (
    AwsConnection,
    AwsNews,
    Bridge,
    HybridConnection,
    LocalRouter,
    PacketFilter,
    Peer,
    Pool,
    Router,
    RouterPlan,
    Switch,
)
from compute.networks.routers.models import Block
from core.admin import Record

LABELS = ("number", "name", "project")


class BlockInline(admin.TabularInline):  # type: ignore[type-arg]
    """The networks of a router, those given back too."""

    model = Block
    fields = readonly_fields = ("number", "kind", "network", "next_hop", "created_at", "released_at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(Switch)
class SwitchAdmin(Record):
    """Switches."""

    list_display = (*LABELS, "zone", "bridge", "state")
    list_filter = ("state", "zone")
    list_select_related = ("project", "zone", "bridge")
    search_fields = ("name", "number")
    ordering = ("-id",)


@admin.register(Router)
class RouterAdmin(Record):
    """Routers with their blocks of addresses."""

    list_display = (*LABELS, "zone", "plan", "state")
    list_filter = ("state", "zone", "plan")
    list_select_related = ("project", "zone", "plan")
    search_fields = ("name", "number")
    ordering = ("-id",)
    inlines = (BlockInline,)


@admin.register(PacketFilter)
class PacketFilterAdmin(Record):
    """Packet filters."""

    list_display = (*LABELS, "zone", "state")
    list_filter = ("state", "zone")
    list_select_related = ("project", "zone")
    search_fields = ("name", "number")
    ordering = ("-id",)


@admin.register(Bridge)
class BridgeAdmin(Record):
    """Bridges."""

    list_display = (*LABELS, "state")
    list_filter = ("state",)
    list_select_related = ("project",)
    search_fields = ("name", "number")
    ordering = ("-id",)


@admin.register(HybridConnection)
class HybridConnectionAdmin(Record):
    """Hybrid connections: which switch, and what they lead to."""

    list_display = (*LABELS, "switch", "other_service", "line", "state")
    list_filter = ("state",)
    list_select_related = ("project", "switch", "other_service")
    search_fields = ("name", "number", "other_service__reference")
    ordering = ("-id",)


@admin.register(AwsConnection)
class AwsConnectionAdmin(Record):
    """AWS connections: whose account, through which local router, in which state."""

    list_display = (*LABELS, "aws_account", "vlan", "local_router", "state")
    list_filter = ("state",)
    list_select_related = ("project", "local_router")
    search_fields = ("name", "number", "aws_account")
    ordering = ("-id",)


@admin.register(AwsNews)
class AwsNewsAdmin(Record):
    """Staff write news here; saving tells everybody who has an AWS connection (27-1)."""

    list_display = ("title", "effective_on", "abolishes", "told_at")
    fields = ("title", "text", "effective_on", "abolishes")
    ordering = ("-id",)

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return bool(request.user.has_perm("compute.add_awsnews"))

    def save_model(self, request: Any, obj: AwsNews, form: Any, change: Any) -> None:
        aws.tell(obj, by=staff(request.user), at=request.now)


class PeerInline(admin.TabularInline):  # type: ignore[type-arg]
    """The peers that a local router names; never a key."""

    model = Peer
    fk_name = "router"
    fields = readonly_fields = ("number", "other", "enabled", "description", "created_at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(LocalRouter)
class LocalRouterAdmin(Record):
    """Local routers: where they stand and whom they name (19-1)."""

    list_display = (*LABELS, "switch", "network", "vrid", "state")
    list_filter = ("state",)
    list_select_related = ("project", "switch")
    search_fields = ("name", "number")
    ordering = ("-id",)
    exclude = ("sealed_key",)
    inlines = (PeerInline,)


@admin.register(Block)
class BlockAdmin(Record):
    """Who had which addresses when: what abuse reports ask for."""

    list_display = ("number", "network", "kind", "router", "created_at", "released_at")
    list_filter = ("kind",)
    list_select_related = ("router",)
    search_fields = ("number", "router__name")
    ordering = ("-id",)


admin.site.register([Pool, RouterPlan])
