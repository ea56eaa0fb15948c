"""Index of the app's sweeps."""

from core.schedule import Sweep

SWEEPS: tuple[Sweep, ...] = ()
