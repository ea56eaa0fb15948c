"""The fixed rows: regions, zones, plans and the provider's archives, with the numbers that tools look for.

Demo data of a fictional provider; staff change it in the admin.
"""

from datetime import UTC, datetime
from typing import Any

REGIONS = [
    {"number": 310, "name": "石狩", "name_en": "Ishikari", "name_servers": ["198.51.100.3", "198.51.100.4"]},
    {"number": 210, "name": "東京", "name_en": "Tokyo", "name_servers": ["198.51.100.5", "198.51.100.6"]},
]
ZONES = [
    {"number": 31001, "code": "is1a", "name": "石狩第1ゾーン", "name_en": "Ishikari zone 1", "region_id": 310, "network": "198.18.0.0/18"},
    {"number": 31002, "code": "is1b", "name": "石狩第2ゾーン", "name_en": "Ishikari zone 2", "region_id": 310, "network": "198.18.64.0/18"},
    {"number": 21001, "code": "tk1a", "name": "東京第1ゾーン", "name_en": "Tokyo zone 1", "region_id": 210, "network": "198.18.128.0/18"},
    {"number": 21002, "code": "tk1b", "name": "東京第2ゾーン", "name_en": "Tokyo zone 2", "region_id": 210, "network": "198.18.192.0/18"},
    {"number": 29001, "code": "tk1v", "name": "Sandbox", "name_en": "Sandbox", "region_id": 210, "network": "198.19.0.0/18", "is_sandbox": True},
]  # fmt: skip
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
