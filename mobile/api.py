"""Index of the app's part of the cloud API: its members of the common service items, by class."""

from mobile.sims import api as sims

ITEMS = {"sim": sims.items}
