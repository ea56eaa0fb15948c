"""Index of the app's admin."""

from compute.archives import admin as archives
from compute.drift import admin as drift
from compute.incidents import admin as incidents
from compute.load_balancers import admin as load_balancers
from compute.networks import admin as networks
from compute.pauses import admin as pauses
from compute.servers import admin as servers

__all__ = ["archives", "drift", "incidents", "load_balancers", "networks", "pauses", "servers"]
