"""The embedded carrier: deterministic, takes its time, fails on demand, remembers by key."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F

from core.operations import Pending, Rejected, Retryable
from mobile.drivers import LineSpec
from mobile.drivers.models import CarrierFault, SimulatedLine

ERRORS = {"Retryable": Retryable, "Rejected": Rejected}


class Simulated:
    """A `Carrier` that lives in one table."""

    def provide(self, iccid: str, spec: LineSpec, *, key: UUID, at: datetime) -> None:
        line = SimulatedLine.objects.filter(pk=iccid).first()
        if line is None or line.key != key:
            self._trip(iccid)
            ready_at = at + timedelta(seconds=settings.SIMULATED_DELAY)
            values = {"spec": asdict(spec), "key": key, "ready_at": ready_at}
            line, _made = SimulatedLine.objects.update_or_create(iccid=iccid, defaults=values)
        if line.ready_at > at:
            raise Pending((line.ready_at - at).total_seconds())

    def withdraw(self, iccid: str, *, key: UUID, at: datetime) -> None:
        self._trip(iccid)
        SimulatedLine.objects.filter(pk=iccid).delete()

    def lines(self, iccids: Sequence[str], *, at: datetime) -> dict[str, LineSpec]:
        known = SimulatedLine.objects.filter(pk__in=iccids, ready_at__lte=at)
        return {row.iccid: LineSpec(**{**row.spec, "networks": tuple(row.spec["networks"])}) for row in known}

    @staticmethod
    def _trip(iccid: str) -> None:
        """Fail as it was told to."""
        fault = CarrierFault.objects.filter(iccid__in=("", iccid), times__gt=0).order_by("pk").first()
        if fault is not None:
            CarrierFault.objects.filter(pk=fault.pk).update(times=F("times") - 1)
            raise ERRORS[fault.error](fault.text)
