"""Index of the app's performers."""

import mobile.sims.operations

PERFORMERS = mobile.sims.operations.PERFORMERS
