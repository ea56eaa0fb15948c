"""Index of the app's performers."""

import mobile.betas.operations
import mobile.sims.operations

PERFORMERS = mobile.sims.operations.PERFORMERS | mobile.betas.operations.PERFORMERS
