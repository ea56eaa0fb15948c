"""How to do with a program what the page of a server does."""

from compute import recipes
from compute.disks.forms import wished
from compute.disks.models import Disk
from compute.recipes import Labels
from compute.servers.models import Server
from core.copying import Sample


def of(server: Server, disks: list[Disk]) -> list[Sample]:
    """Reading it, and its definition for Terraform, with the disks that are in it. One query."""
    wires = server.interfaces.select_related("switch").order_by("position")
    said = ["shared" if one.shared_address_id else str(one.switch.number) if one.switch else "" for one in wires]
    recipe = recipes.server(
        Labels.of(server), server.zone.code, cores=server.plan.cores, memory_mb=server.plan.memory_mb, wires=said,
        disks=[wished(disk) for disk in disks],
    )  # fmt: skip
    return recipe.reading(server.number)
