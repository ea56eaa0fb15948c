"""Index of the app's sweeps."""

from compute.pauses.tasks import resolve_cases, watch_pauses
from compute.servers.tasks import stop_without_contract

SWEEPS = (stop_without_contract, resolve_cases, watch_pauses)
