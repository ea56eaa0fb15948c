"""Index of the app's admin."""

from compute.archives import admin as archives
from compute.incidents import admin as incidents
from compute.pauses import admin as pauses
from compute.servers import admin as servers

__all__ = ["archives", "incidents", "pauses", "servers"]
