"""What the driver says about the peers of a local router."""

from compute.drivers.routing import routing
from compute.networks.local_routers.operations import ref
from core.operations import DriverError


def of_peers(router_pk: int) -> dict[int, str]:
    """ "up" or "down" by the primary key of each peer it is connected with; empty while nothing can be said."""
    try:
        found = routing().health(ref(router_pk))
    except DriverError:
        return {}
    return {int(other.rpartition("-")[2]): state for other, state in found.items()}
