"""Index of the app's sweeps."""

from compute.incidents.tasks import follow_maintenance
from compute.networks.tasks import take_away_ended_networks, tell_hybrid_survivors
from compute.pauses.tasks import resolve_cases, watch_pauses
from compute.servers.tasks import stop_without_contract

SWEEPS = (
    stop_without_contract,
    follow_maintenance,
    resolve_cases,
    watch_pauses,
    take_away_ended_networks,
    tell_hybrid_survivors,
)
