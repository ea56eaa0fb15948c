"""Index of the app's admin."""

from compute.incidents import admin as incidents
from compute.networks import admin as networks
from compute.pauses import admin as pauses
from compute.servers import admin as servers

__all__ = ["incidents", "networks", "pauses", "servers"]
