"""Volumes: disks and images of one storage pool; copies go on in the daemon and are watched."""

import threading
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from compute.drivers import DiskSpec
from compute.drivers.libvirt import documents, seeds
from compute.drivers.libvirt.connection import Connection
from compute.drivers.storage import Copying, ImageSpec, Settings
from core.operations import Gone, Rejected

GIB, LOOK_AGAIN, AT_ONCE = 2**30, 2.0, 0.5


class Volumes:
    """The part of the driver that knows disks and images."""

    def __init__(self, uri: str = "") -> None:
        self.connection = Connection(uri)

    def create_disk(self, ref: str, spec: DiskSpec, *, key: UUID, at: datetime) -> None:
        self._make(ref, spec.size_gb * GIB, spec.source)

    def create_image(self, ref: str, spec: ImageSpec, *, key: UUID, at: datetime) -> None:
        self._make(ref, spec.size_gb * GIB, spec.source)

    def open_upload(self, ref: str, spec: ImageSpec, user: str, password: str, *, key: UUID, at: datetime) -> None:
        raise Rejected("Images can't be uploaded here: make one from a disk, or ask us to bring yours in.")

    def close_upload(self, ref: str, *, key: UUID, at: datetime) -> None:
        """Nothing was opened."""

    def delete_disk(self, ref: str, *, key: UUID, at: datetime) -> None:
        self._remove(ref)
        self._remove(seeds.settings_of(ref))

    def delete_image(self, ref: str, *, key: UUID, at: datetime) -> None:
        self._remove(ref)

    def write_settings(self, ref: str, settings: Settings, *, key: UUID, at: datetime) -> None:
        self.volume(ref)
        self._write(seeds.settings_of(ref), seeds.packed(settings))

    def grow_partition(self, ref: str, *, key: UUID, at: datetime) -> None:
        """The guest grows it at its next boot, as the seed of every disk tells it to."""
        self.volume(ref)
        if self._find_volume(seeds.settings_of(ref)) is None:
            self._write(seeds.settings_of(ref), seeds.packed(Settings()))

    def format_of(self, ref: str) -> str:
        """qcow2 or raw, as libvirt says the volume is."""
        with self.connection.translated():
            found = documents.parsed(self.volume(ref).XMLDesc()).find("target/format")
        kind = found.get("type", "raw") if found is not None else "raw"
        return kind if kind == "qcow2" else "raw"

    def volume(self, ref: str) -> Any:
        """The volume. Raises Gone when there is none."""
        found = self._find_volume(ref)
        if found is None:
            raise Gone("The volume is unknown to the hypervisor.")
        return found

    @property
    def pool(self) -> Any:
        with self.connection.translated():
            return self.connection.host.storagePoolLookupByName(settings.LIBVIRT_POOL)

    def _find_volume(self, ref: str) -> Any:
        return self.connection.find(lambda name: self.pool.storageVolLookupByName(name), ref)

    def _make(self, ref: str, size: int, source: str) -> None:
        """Make a volume, blank or as a copy; raises Copying while the daemon copies, Gone without the source."""
        document = documents.volume(ref, size, format=settings.LIBVIRT_FORMAT)
        if self._find_volume(ref) is None and not source:
            with self.connection.translated():
                self.pool.createXML(document)
        elif self._find_volume(ref) is None:
            self._copy(document, self.volume(source))
        if source:
            self._await(ref, size, source)

    def _copy(self, document: str, source: Any) -> None:
        """Start the copy in a thread: the call lasts as long as it does, and the daemon goes on without us."""
        failures: list[Exception] = []

        def copy() -> None:
            try:
                with self.connection.translated():
                    self.pool.createXMLFrom(document, source, 0)
            except Exception as failure:
                failures.append(failure)

        thread = threading.Thread(target=copy, daemon=True)
        thread.start()
        thread.join(AT_ONCE)
        if failures:
            raise failures[0]

    def _await(self, ref: str, size: int, source: str) -> None:
        """A volume that is still being written refuses to be resized; raises Copying then."""
        found = self._find_volume(ref)
        if found is None:
            raise Copying(LOOK_AGAIN, 0.0)
        if self.connection.kind == "test":
            return
        try:
            found.resize(size)
        except self.connection.api.libvirtError as error:
            if error.get_error_code() != self.connection.api.VIR_ERR_OPERATION_INVALID:
                raise
            written, whole = found.info()[2], max(1, self.volume(source).info()[2])
            raise Copying(LOOK_AGAIN, min(0.99, written / whole)) from error

    def _remove(self, ref: str) -> None:
        found = self._find_volume(ref)
        if found is not None:
            with self.connection.translated():
                found.delete()

    def _write(self, ref: str, content: bytes) -> None:
        """Make a raw volume with this content, instead of what was there."""
        self._remove(ref)
        with self.connection.translated():
            made = self.pool.createXML(documents.volume(ref, len(content), format="raw"))
            stream = self.connection.host.newStream()
            made.upload(stream, 0, len(content))
            stream.sendAll(lambda _stream, count, rest: rest.read(count), seeds.readable(content))
            stream.finish()

    def _read(self, ref: str) -> bytes:
        """The content of a small volume, b"" without one."""
        found = self._find_volume(ref)
        if found is None:
            return b""
        parts: list[bytes] = []
        with self.connection.translated():
            stream = self.connection.host.newStream()
            found.download(stream, 0, 0)
            stream.recvAll(lambda _stream, data, kept: kept.append(data), parts)
            stream.finish()
        return b"".join(parts)
