"""Index of the app's admin."""

from mobile.betas import admin as betas
from mobile.connect import admin as connect
from mobile.data_packs import admin as data_packs
from mobile.mono import admin as mono
from mobile.sims import admin as sims

__all__ = ["betas", "connect", "data_packs", "mono", "sims"]
