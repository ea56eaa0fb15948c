"""The fixed rows: regions, zones, plans and the provider's archives, with the numbers that tools look for.

Demo data of a fictional provider; staff change it in the admin.
"""

from datetime import UTC, datetime
from typing import Any

REGIONS = [
    {"number": 310, "name": "石狩", "name_en": "Ishikari", "name_servers": ["198.51.100.3", "198.51.100.4"]},
    {"number": 210, "name": "東京", "name_en": "Tokyo", "name_servers": ["198.51.100.5", "198.51.100.6"]},
]
ZONE_ROWS = [
    (31001, "is1a", "石狩第1ゾーン", "Ishikari zone 1", 310, "198.18.0.0/18"),
    (31002, "is1b", "石狩第2ゾーン", "Ishikari zone 2", 310, "198.18.64.0/18"),
    (21001, "tk1a", "東京第1ゾーン", "Tokyo zone 1", 210, "198.18.128.0/18"),
    (21002, "tk1b", "東京第2ゾーン", "Tokyo zone 2", 210, "198.18.192.0/18"),
    (29001, "tk1v", "Sandbox", "Sandbox", 210, "198.19.0.0/18"),
]
ZONE_COLUMNS = ("number", "code", "name", "name_en", "region_id", "network")
ZONES = [dict(zip(ZONE_COLUMNS, row, strict=True), is_sandbox=row[1] == "tk1v") for row in ZONE_ROWS]
EVERYWHERE = [str(zone["code"]) for zone in ZONES]
NOT_IN_TOKYO_1 = [code for code in EVERYWHERE if code != "tk1a"]
# cores, GB, zones
SERVER_PLANS = [
    (1, 1, EVERYWHERE),
    (2, 2, EVERYWHERE),
    (2, 4, EVERYWHERE),
    (4, 8, EVERYWHERE),
    (6, 12, EVERYWHERE),
    (8, 32, NOT_IN_TOKYO_1),
]
DISK_PLANS = [
    {"number": 4, "code": "ssd", "name": "SSD", "sizes_gb": [20, 40, 100, 250, 500]},
    {"number": 2, "code": "hdd", "name": "HDD", "sizes_gb": [40, 100, 250, 500, 1000]},
]
ARCHIVES = [
    ("Ubuntu Server 24.04 LTS", ["current-stable", "distro-ubuntu", "distro-ver-24.04", "os-linux", "arch-64bit"]),
    ("Debian GNU/Linux 12", ["current-stable", "distro-debian", "distro-ver-12", "os-linux", "arch-64bit"]),
    ("AlmaLinux 9", ["current-stable", "distro-alma", "distro-ver-9", "os-linux", "arch-64bit"]),
    ("Rocky Linux 9", ["current-stable", "distro-rocky", "distro-ver-9", "os-linux", "arch-64bit"]),
]
CDROMS = [
    ("Ubuntu Server 24.04 LTS (ISO)", ["distro-ubuntu", "distro-ver-24.04", "os-linux", "arch-64bit"]),
    ("SystemRescue 12 (ISO)", ["rescue", "os-linux", "arch-64bit"]),
]
OPENED = datetime(2025, 1, 1, tzinfo=UTC)


def plan_number(cores: int, gigabytes: int, generation: int = 100) -> int:
    """The fixed number of a server plan: generation, cores and memory, three digits each."""
    return generation * 1_000_000 + cores * 1_000 + gigabytes


def write(apps: Any) -> None:
    """Write the rows through the given registry of models; repeating it changes nothing."""
    region, zone = apps.get_model("compute", "Region"), apps.get_model("compute", "Zone")
    for values in REGIONS:
        region.objects.update_or_create(number=values["number"], defaults=values)
    for values in ZONES:
        zone.objects.update_or_create(number=values["number"], defaults=values)
    for cores, gigabytes, zones in SERVER_PLANS:
        values = {
            "code": f"{cores}core-{gigabytes}gb", "cores": cores, "memory_mb": gigabytes * 1024, "zones": zones,
        }  # fmt: skip
        apps.get_model("compute", "ServerPlan").objects.update_or_create(
            number=plan_number(cores, gigabytes), defaults=values
        )
    for values in DISK_PLANS:
        apps.get_model("compute", "DiskPlan").objects.update_or_create(number=values["number"], defaults=values)
    for place in ZONES:
        for name, tags in ARCHIVES:
            apps.get_model("compute", "Archive").objects.get_or_create(
                zone_id=place["number"], name=name, project=None,
                defaults={"tags": tags, "size_gb": 20, "created_at": OPENED, "state_changed_at": OPENED},
            )  # fmt: skip


def write_cdroms(apps: Any) -> None:
    """Write the provider's CD-ROM images likewise."""
    for place in ZONES:
        for name, tags in CDROMS:
            apps.get_model("compute", "Cdrom").objects.get_or_create(
                zone_id=place["number"], name=name, project=None,
                defaults={"tags": tags, "size_gb": 5, "created_at": OPENED, "state_changed_at": OPENED},
            )  # fmt: skip
