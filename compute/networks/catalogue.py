"""The fixed rows of networks: bandwidths, and address pools. Demo data; staff change it."""

from typing import Any

BANDWIDTHS = (100, 250, 500, 1000)
# zone, IPv4 pool, IPv6 pool: addresses that belong to nobody on the internet.
POOLS = [
    (31001, "198.19.64.0/20", "2001:db8:1000::/36"),
    (31002, "198.19.80.0/20", "2001:db8:2000::/36"),
    (21001, "198.19.96.0/20", "2001:db8:3000::/36"),
    (21002, "198.19.112.0/20", "2001:db8:4000::/36"),
    (29001, "198.19.128.0/20", "2001:db8:5000::/36"),
]


def write(apps: Any) -> None:
    """Write the rows through the given registry of models; repeating it changes nothing."""
    plans, pools = apps.get_model("compute", "RouterPlan"), apps.get_model("compute", "Pool")
    for mbps in BANDWIDTHS:
        plans.objects.update_or_create(number=mbps, defaults={"code": f"{mbps}mbps", "bandwidth_mbps": mbps})
    for zone, ipv4, ipv6 in POOLS:
        for network in (ipv4, ipv6):
            pools.objects.get_or_create(network=network, defaults={"zone_id": zone})
