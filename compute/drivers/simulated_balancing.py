"""The embedded load balancer: it takes its time, fails on demand, and finds every target healthy."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from compute.drivers.balancing import BalancerSpec
from compute.drivers.models import SimulatedMachine
from compute.drivers.simulated import Simulated


class SimulatedBalancer(Simulated):
    """A `Balancer` in the table of the simulation, which keeps no keys."""

    def configure(self, ref: str, spec: BalancerSpec, *, key: UUID, at: datetime) -> None:
        known = asdict(spec) | {"certificates": [one.fingerprint for one in spec.certificates]}
        self._work("configure_balancer", ref, key=key, at=at, create=True, spec=known)

    def delete(self, ref: str, *, key: UUID, at: datetime) -> None:
        self._forget("delete_balancer", ref)

    def serves(self, ref: str, fingerprint: str, *, name: str, address: str, port: int) -> bool:
        known = SimulatedMachine.objects.filter(ref=ref).first()
        ports = [one["port"] for one in known.spec["listeners"] if one["mode"] == "https"] if known else []
        return known is not None and port in ports and fingerprint in known.spec["certificates"]

    def health(self, ref: str) -> dict[str, str]:
        known = SimulatedMachine.objects.filter(ref=ref).first()
        targets = known.spec.get("targets", ()) if known else ()
        return {one["ref"]: "up" if one["enabled"] else "off" for one in targets}
