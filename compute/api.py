"""Index of the app's part of the cloud API."""

from compute.archives.api import archives, cdroms
from compute.disks.api import disks
from compute.library.api import ssh_keys
from compute.load_balancers.api import load_balancers
from compute.servers.api import servers
from compute.zones_api import disk_plans, regions, server_plans, zones

COLLECTIONS = (servers, disks, archives, cdroms, ssh_keys, zones, regions, server_plans, disk_plans)
cloud = [url for collection in COLLECTIONS for url in collection.urls]
panel = load_balancers.urls
