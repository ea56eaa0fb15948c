"""Index of the models of networks."""

from compute.networks.addressing.models import Address, Pool
from compute.networks.aws.models import AwsConnection, AwsNews
from compute.networks.bridges.models import Bridge
from compute.networks.filters.models import PacketFilter
from compute.networks.hybrid.models import HybridConnection
from compute.networks.interfaces.models import Interface
from compute.networks.local_routers.models import LocalRouter, Peer
from compute.networks.routers.models import Block, Router, RouterPlan
from compute.networks.switches.models import Switch

__all__ = [
    "Address",
    "AwsConnection",
    "AwsNews",
    "Block",
    "Bridge",
    "HybridConnection",
    "Interface",
    "LocalRouter",
    "PacketFilter",
    "Peer",
    "Pool",
    "Router",
    "RouterPlan",
    "Switch",
]
