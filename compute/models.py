"""Index of the app's models."""

from compute.archives.models import Archive, ArchiveShare, Cdrom, ShareUse
from compute.disks.models import Disk, DiskSettings
from compute.drift.models import Drift
from compute.drivers.models import MachineCounter, SimulatedFault, SimulatedMachine
from compute.incidents.models import Affected, Incident, IncidentUpdate
from compute.library.models import SshKey
from compute.load_balancers.models import BalancerAnswer, BalancerCertificate, Listener, LoadBalancer, Target
from compute.networks.models import (
    Address,
    AwsConnection,
    AwsNews,
    Block,
    Bridge,
    HybridConnection,
    Interface,
    LocalRouter,
    PacketFilter,
    Peer,
    Pool,
    Router,
    RouterPlan,
    Switch,
)
from compute.pauses.models import Measure, PauseCase
from compute.servers.models import Server
from compute.zones import DiskPlan, Region, ServerPlan, Zone

__all__ = [
    "Address",
    "Affected",
    "Archive",
    "ArchiveShare",
    "AwsConnection",
    "AwsNews",
    "BalancerAnswer",
    "BalancerCertificate",
    "Block",
    "Bridge",
    "Cdrom",
    "Disk",
    "DiskPlan",
    "DiskSettings",
    "Drift",
    "HybridConnection",
    "Incident",
    "IncidentUpdate",
    "Interface",
    "Listener",
    "LoadBalancer",
    "LocalRouter",
    "MachineCounter",
    "Measure",
    "PacketFilter",
    "PauseCase",
    "Peer",
    "Pool",
    "Region",
    "Router",
    "RouterPlan",
    "Server",
    "ServerPlan",
    "ShareUse",
    "SimulatedFault",
    "SimulatedMachine",
    "SshKey",
    "Switch",
    "Target",
    "Zone",
]
