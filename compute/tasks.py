"""Index of the app's sweeps."""

from compute.drift.tasks import compare_servers
from compute.drivers.tasks import collect_measurements
from compute.incidents.tasks import follow_maintenance
from compute.networks.aws.tasks import count_aws_data, end_abolished_aws, look_at_aws
from compute.networks.tasks import take_away_ended_networks, tell_hybrid_survivors
from compute.pauses.tasks import resolve_cases, watch_pauses
from compute.servers.tasks import stop_without_contract

SWEEPS = (
    stop_without_contract,
    collect_measurements,
    compare_servers,
    follow_maintenance,
    resolve_cases,
    watch_pauses,
    count_aws_data,
    look_at_aws,
    end_abolished_aws,
    take_away_ended_networks,
    tell_hybrid_survivors,
)
