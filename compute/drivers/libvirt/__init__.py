"""A real hypervisor: QEMU by libvirt, on one host, local or by `qemu+ssh://`.

`COMPUTE_DRIVER=compute.drivers.libvirt.Libvirt` and settings.LIBVIRT_* choose it. It needs the Python package `libvirt`
(Debian: python3-libvirt) and `genisoimage`. What is asked twice is done once: names and UUIDs follow from our refs, and
what can't be seen from the state of the host (a reset, a key press) is written down with its key in the machine.

Not offered, each with a clear refusal: uploads of images, bridges between hosts, local routers.
"""

from compute.drivers.libvirt.machines import Machines
from compute.drivers.libvirt.networks import Networks


class Libvirt(Machines, Networks):
    """A `Hypervisor` on one host of libvirt."""
