"""The embedded hypervisor's storage: copies take their time, uploads are pretended, settings are remembered."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from compute.drivers.models import SimulatedMachine
from compute.drivers.storage import ImageSpec, Screen, Settings


class SimulatedStorage:
    """A `Storage` in the table of the simulation. It draws no screens."""

    def create_image(self, ref: str, spec: ImageSpec, *, key: UUID, at: datetime) -> None:
        self._work("create_image", ref, key=key, at=at, create=True, spec=asdict(spec))

    def open_upload(self, ref: str, spec: ImageSpec, user: str, password: str, *, key: UUID, at: datetime) -> None:
        wanted = {**asdict(spec), "upload": user}  # the simulation pretends the upload: it needs no password
        self._work("open_upload", ref, key=key, at=at, create=True, speed=0.0, spec=wanted)

    def close_upload(self, ref: str, *, key: UUID, at: datetime) -> None:
        self._work("close_upload", ref, key=key, at=at, speed=0.0, spec=self._with(ref, upload=""))

    def delete_image(self, ref: str, *, key: UUID, at: datetime) -> None:
        self._forget("delete_image", ref)

    def insert_cdrom(self, machine: str, image: str, *, key: UUID, at: datetime) -> None:
        self._work("insert_cdrom", machine, key=key, at=at, speed=0.0, spec=self._with(machine, cdrom=image))

    def write_settings(self, ref: str, settings: Settings, *, key: UUID, at: datetime) -> None:
        written = {**asdict(settings), "password": bool(settings.password)}
        self._work("write_settings", ref, key=key, at=at, spec=self._with(ref, settings=written))

    def grow_partition(self, ref: str, *, key: UUID, at: datetime) -> None:
        self._work("grow_partition", ref, key=key, at=at, spec=self._with(ref, grown=True))

    def press_keys(self, machine: str, keys: tuple[str, ...], *, key: UUID, at: datetime) -> None:
        self._work("press_keys", machine, key=key, at=at, speed=0.0, spec=self._with(machine, keys=keys))

    def interrupt(self, machine: str, *, key: UUID, at: datetime) -> None:
        self._work("interrupt", machine, key=key, at=at, speed=0.0)

    def screen(self, machine: str) -> Screen | None:
        return None

    def _with(self, ref: str, **values: Any) -> dict[str, Any]:
        known = SimulatedMachine.objects.filter(ref=ref).first()
        return {**(known.spec if known else {}), **values}

    def _work(self, call: str, ref: str, *, key: UUID, at: datetime, **values: Any) -> None:
        raise NotImplementedError

    def _forget(self, call: str, ref: str) -> None:
        raise NotImplementedError
