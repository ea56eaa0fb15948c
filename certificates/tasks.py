"""Index of the app's sweeps."""

from certificates.renewals.tasks import SWEEPS

__all__ = ["SWEEPS"]
