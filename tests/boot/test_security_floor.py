"""`security_floor.toml` against the locks."""

import re
import tomllib

import pytest
from packaging.version import Version

from config.engines.home import ROOT

FLOORS = tomllib.loads((ROOT / "security_floor.toml").read_text())["floor"]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
@pytest.mark.parametrize("floor", FLOORS, ids=lambda floor: floor["advisory"])
def test_the_lock_is_above_the_floor(floor: dict[str, str], lock: str):
    pinned = dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", (ROOT / lock).read_text(), re.M))

    assert Version(pinned[floor["package"]]) >= Version(floor["minimum"]), floor["advisory"]


def test_every_package_of_the_lock_has_a_hash():
    lock = (ROOT / "requirements-dev.lock").read_text()

    packages = re.findall(r"^[a-z0-9.-]+==.*\\\n    --hash=sha256:", lock, re.M)

    assert len(packages) == len(re.findall(r"^[a-z0-9.-]+==", lock, re.M)) > 50


def test_the_development_lock_contains_the_lock_of_production():
    locks = [(ROOT / name).read_text() for name in ("requirements.lock", "requirements-dev.lock")]
    runtime, development = (set(re.findall(r"^[a-z0-9.-]+==\S+", lock, re.M)) for lock in locks)

    assert runtime - development == set()
