"""Index of the app's performers."""

import compute.archives.operations
import compute.disks.operations
import compute.load_balancers.operations
import compute.networks.aws.operations
import compute.networks.bridges.operations
import compute.networks.hybrid.operations
import compute.networks.interfaces.operations
import compute.networks.local_routers.operations
import compute.networks.routers.operations
import compute.networks.switches.operations
import compute.servers.operations

PERFORMERS = (
    compute.archives.operations.PERFORMERS
    | compute.disks.operations.PERFORMERS
    | compute.servers.operations.PERFORMERS
    | compute.load_balancers.operations.PERFORMERS
    | compute.networks.interfaces.operations.PERFORMERS
    | compute.networks.switches.operations.PERFORMERS
    | compute.networks.routers.operations.PERFORMERS
    | compute.networks.bridges.operations.PERFORMERS
    | compute.networks.hybrid.operations.PERFORMERS
    | compute.networks.local_routers.operations.PERFORMERS
    | compute.networks.aws.operations.PERFORMERS
)
