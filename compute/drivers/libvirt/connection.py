"""The connection to libvirt, and its errors as the panel knows them."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings

from core.operations import Gone, Quota, Rejected, Retryable

UNKNOWN = ("VIR_ERR_NO_DOMAIN", "VIR_ERR_NO_STORAGE_VOL", "VIR_ERR_NO_NETWORK", "VIR_ERR_NO_NWFILTER")
FULL = ("VIR_ERR_NO_MEMORY", "VIR_ERR_RESOURCE_BUSY")
NEVER = (
    "VIR_ERR_OPERATION_INVALID", "VIR_ERR_XML_ERROR", "VIR_ERR_XML_DETAIL", "VIR_ERR_XML_INVALID_SCHEMA",
    "VIR_ERR_CONFIG_UNSUPPORTED", "VIR_ERR_NO_SUPPORT", "VIR_ERR_ARGUMENT_UNSUPPORTED", "VIR_ERR_INVALID_ARG",
)  # fmt: skip


def identity(ref: str) -> UUID:
    """The UUID that libvirt knows a thing by; the same for the same ref, so that it is never defined twice."""
    return uuid5(NAMESPACE_URL, f"engawa:{ref}")


class Connection:
    """A connection that is opened when it is needed and again after the daemon was restarted."""

    def __init__(self, uri: str = "") -> None:
        self.uri = uri or settings.LIBVIRT_URI
        self._open: Any = None

    @property
    def api(self) -> Any:
        """The module `libvirt`, silent on the terminal: it raises whatever it would print."""
        api = importlib.import_module("libvirt")
        api.registerErrorHandler(lambda *_: None, None)
        return api

    @property
    def host(self) -> Any:
        """The open connection. Raises Retryable while nobody answers."""
        if self._open is None or not self._open.isAlive():
            with self.translated():
                self._open = self.api.open(self.uri)
        return self._open

    @property
    def kind(self) -> str:
        """The type of its machines in XML: kvm where the host can, else qemu; test for libvirt's test driver."""
        if self.host.getType() == "TEST":
            return "test"
        if settings.LIBVIRT_KIND:
            return str(settings.LIBVIRT_KIND)
        return "kvm" if "<domain type='kvm'" in self.host.getCapabilities() else "qemu"

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Raise ours for theirs. Their words stay out: they may name paths and passwords."""
        try:
            yield
        except self.api.libvirtError as error:
            raise self._translation(error.get_error_code()) from error

    def _translation(self, code: int) -> Exception:
        if code in self._codes(UNKNOWN):
            return Gone("The hypervisor doesn't know it any more.")
        if code in self._codes(FULL):
            return Quota("The hypervisor has no room for it at the moment.")
        if code in self._codes(NEVER):
            return Rejected("The hypervisor refuses this in its present state.")
        return Retryable("The hypervisor could not do it at the moment.")

    def _codes(self, names: tuple[str, ...]) -> set[int]:
        return {getattr(self.api, name) for name in names if hasattr(self.api, name)}

    def find(self, find: Any, name: str) -> Any:
        """What a lookup by name finds, None when there is no such thing."""
        try:
            with self.translated():
                return find(name)
        except Gone:
            return None
