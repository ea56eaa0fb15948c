"""Index of the app's performers."""

import compute.archives.operations
import compute.disks.operations
import compute.load_balancers.operations
import compute.servers.operations

PERFORMERS = (
    compute.archives.operations.PERFORMERS
    | compute.disks.operations.PERFORMERS
    | compute.servers.operations.PERFORMERS
    | compute.load_balancers.operations.PERFORMERS
)
