"""Zones, regions and plans in the cloud API: catalogues that every key may read."""

from typing import Any

from accounts.api import Collection
from compute.zones import DiskPlan, Region, ServerPlan, Zone
from core.api import Choice, Column, Fixed, Flag, Id, Link, Made, Part, Text, Whole

OPEN = {True: "available", False: "discontinued"}

REGION = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Description": Text("name"),
        "NameServers": Column("name_servers"),
    }
)
ZONE = Part(
    {
        "ID": Id("number"),
        "DisplayOrder": Whole("number"),
        "Name": Text("code"),
        "Description": Text("name"),
        "IsDummy": Flag("is_sandbox"),
        "Region": Link("region", REGION),
    }
)


def plan_name(cores: int, memory_mb: int) -> str:
    """What a plan is called: 2Core-4GB."""
    return f"{cores}Core-{memory_mb // 1024}GB"


SERVER_PLAN = Part(
    {
        "ID": Id("number"),
        "Name": Made(plan_name, "cores", "memory_mb"),
        "CPU": Whole("cores"),
        "MemoryMB": Whole("memory_mb"),
        "GPU": Fixed(0),
        "GPUModel": Fixed(""),
        "CPUModel": Fixed("uncategorized"),
        "Commitment": Text("commitment"),
        "Generation": Whole("generation"),
        "ConfidentialVM": Fixed(False),
        "ServiceClass": Made(lambda code: f"cloud/plan/{code}", "code"),
        "Availability": Choice("is_open", OPEN),
    }
)


def sizes(code: str, sizes_gb: list[int]) -> list[dict[str, Any]]:
    """The sizes of a disk plan, as tools check them before they order."""
    return [
        {
            "SizeMB": size * 1024,
            "DisplaySize": size,
            "DisplaySuffix": "GB",
            "Availability": "available",
            "ServiceClass": f"cloud/disk/{code}-{size}gb",
        }
        for size in sizes_gb
    ]


DISK_PLAN = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "StorageClass": Fixed("iscsi1204"),
        "Availability": Fixed("available"),
    }
)
DISK_PLAN_WITH_SIZES = Part({**DISK_PLAN.tree, "Size": Made(sizes, "code", "sizes_gb")})

regions = Collection("region", "Region", "Regions", rows=lambda request: Region.objects.all(), fields=REGION)
zones = Collection("zone", "Zone", "Zones", rows=lambda request: Zone.objects.all(), fields=ZONE)
server_plans = Collection(
    "product/server",
    "ServerPlan",
    "ServerPlans",
    rows=lambda request: ServerPlan.objects.filter(zones__contains=[request.zone]).order_by("cores", "memory_mb"),
    fields=SERVER_PLAN,
)
disk_plans = Collection(
    "product/disk",
    "DiskPlan",
    "DiskPlans",
    rows=lambda request: DiskPlan.objects.order_by("-number"),
    fields=DISK_PLAN_WITH_SIZES,
)
