"""The whole schedule on one page (JST)."""

import accounts.tasks
import billing.tasks
import certificates.tasks
import compute.tasks
import mobile.tasks
import sms.tasks
from core.schedule import Sweep

SWEEPS: tuple[Sweep, ...] = (
    *accounts.tasks.SWEEPS,
    *billing.tasks.SWEEPS,
    *compute.tasks.SWEEPS,
    *mobile.tasks.SWEEPS,
    *certificates.tasks.SWEEPS,
    *sms.tasks.SWEEPS,
)
