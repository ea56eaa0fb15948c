"""Index of the app's part of the cloud API."""

from compute.archives.api import archives, cdroms
from compute.disks.api import disks
from compute.library.api import ssh_keys
from compute.load_balancers.api import load_balancers
from compute.networks.aws.api import aws_connections
from compute.networks.bridges.api import bridges
from compute.networks.filters.api import packet_filters
from compute.networks.hybrid.api import hybrids
from compute.networks.local_routers.api import local_routers
from compute.networks.routers.api import ip_addresses, ipv6_nets, plans, routers, subnets
from compute.networks.switches.api import switches
from compute.servers.api import servers
from compute.servers.interfaces_api import interfaces
from compute.zones_api import disk_plans, regions, server_plans, zones

COLLECTIONS = (
    servers, disks, archives, cdroms, ssh_keys,
    switches, interfaces, routers, subnets, ipv6_nets, ip_addresses, packet_filters,
    bridges, zones, regions, server_plans, disk_plans, plans,
)  # fmt: skip
cloud = [url for collection in COLLECTIONS for url in collection.urls]
ITEMS = {"localrouter": local_routers}
panel = [*load_balancers.urls, *hybrids.urls, *aws_connections.urls]
