"""The embedded local routers: they take no time, fail on demand, and are connected once both know each other."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from compute.drivers.models import SimulatedMachine
from compute.drivers.routing import Flow, RouterSpec
from compute.drivers.simulated import Simulated


class SimulatedRouting(Simulated):
    """A `Routing` in the table of the simulation."""

    def set_router(self, ref: str, spec: RouterSpec, *, key: UUID, at: datetime) -> None:
        self._work("set_router", ref, key=key, at=at, create=True, speed=0.0, power="up", spec=asdict(spec))

    def delete_router(self, ref: str, *, key: UUID, at: datetime) -> None:
        self._forget("delete_router", ref)

    def health(self, ref: str) -> dict[str, str]:
        known = SimulatedMachine.objects.filter(ref=ref).first()
        links = [link["router"] for link in known.spec["links"]] if known else []
        theirs = dict(SimulatedMachine.objects.filter(ref__in=links).values_list("ref", "spec"))
        answering = {other for other, spec in theirs.items() if any(one["router"] == ref for one in spec["links"])}
        return {other: "up" if other in answering else "down" for other in links}

    def flows(self, ref: str, start: datetime, end: datetime, step: int) -> list[Flow]:
        return [Flow(one.at, one.receive, one.send) for one in self.metrics(ref, start, end, step)]
