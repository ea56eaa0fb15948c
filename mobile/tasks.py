"""Index of the app's sweeps."""

import mobile.betas.tasks
import mobile.connect.tasks
import mobile.data_packs.tasks
import mobile.mono.tasks
import mobile.sims.tasks

SWEEPS = (
    *mobile.connect.tasks.SWEEPS,
    *mobile.sims.tasks.SWEEPS,
    *mobile.data_packs.tasks.SWEEPS,
    *mobile.mono.tasks.SWEEPS,
    *mobile.betas.tasks.SWEEPS,
)
