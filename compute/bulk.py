"""Index of the app's lists that can be worked on in bulk."""

from compute.archives.bulk import ARCHIVES, CDROMS
from compute.disks.bulk import DISKS
from compute.load_balancers.bulk import BALANCERS
from compute.networks import bulk as networks
from compute.servers.bulk import SERVERS

BULK_LISTS = (SERVERS, DISKS, ARCHIVES, CDROMS, *networks.BULK_LISTS, BALANCERS)
