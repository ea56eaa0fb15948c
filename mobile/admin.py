"""Index of the app's admin."""

from mobile.connect import admin as connect
from mobile.sims import admin as sims

__all__ = ["connect", "sims"]
