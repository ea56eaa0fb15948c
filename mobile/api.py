"""Index of the app's part of the cloud API: its members of the common service items, by class."""

from mobile.mono import api as mono
from mobile.sims import api as sims

ITEMS = {"iotplatform": mono.items, "sim": sims.items}
