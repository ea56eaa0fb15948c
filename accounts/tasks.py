"""Index of the app's sweeps."""

from accounts.bulk import tasks as bulk
from core.schedule import Sweep

SWEEPS: tuple[Sweep, ...] = (*bulk.SWEEPS,)
