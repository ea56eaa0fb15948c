"""Index of the app's admin."""

from compute.pauses import admin as pauses
from compute.servers import admin as servers

__all__ = ["pauses", "servers"]
