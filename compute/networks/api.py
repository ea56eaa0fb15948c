"""Interfaces as the cloud API shows them inside a server."""

from ipaddress import ip_network

from core.api import Fixed, Id, Link, Made, Part, Text


def first_address(network: str) -> str:
    """The address of the network itself."""
    return str(ip_network(network)[0])


def gateway(network: str) -> str:
    """Its first usable address."""
    return str(ip_network(network)[1])


def mask_length(network: str) -> int:
    """The length of its prefix in bits."""
    return ip_network(network).prefixlen


SHARED_SWITCH = Part(
    {
        "ID": Id("zone__number"),
        "Name": Fixed("shared"),
        "Scope": Fixed("shared"),
        "Subnet": {
            "NetworkAddress": Made(first_address, "zone__network"),
            "NetworkMaskLen": Made(mask_length, "zone__network"),
            "DefaultRoute": Made(gateway, "zone__network"),
            "Internet": {"BandWidthMbps": Fixed(100)},
        },
        "UserSubnet": Fixed(None),
    }
)
INTERFACE = Part(
    {
        "ID": Id("number"),
        "MACAddress": Text("mac"),
        "IPAddress": Text("shared_address__address"),
        "UserIPAddress": Fixed(None),
        "HostName": Fixed(None),
        "Switch": Link("shared_address", SHARED_SWITCH),
        "PacketFilter": Fixed(None),
    }
)
