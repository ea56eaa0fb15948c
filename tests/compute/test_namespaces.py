"""Local routers as network namespaces: packets that really travel, or don't. Runs in a namespace of its own."""

import subprocess
import sys

import pytest

from compute.drivers.namespaces import cable, link_name, trouble
from core.operations import Rejected, Retryable
from tests.capabilities import need

INSIDE = f"mount --make-rprivate / && mount -t tmpfs t /run && mkdir /run/netns && exec {sys.executable} -m "


def test_packets_travel_between_peers_and_nowhere_else(settings) -> None:
    need("own namespaces")

    done = subprocess.run(
        ["unshare", "-nm", "sh", "-c", f"{INSIDE} tests.compute.packets"], cwd=settings.BASE_DIR, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip

    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "isolated: nothing; alone",
        "one side: nothing; down",
        "both sides: from 192.168.10.50; up",
        "again: from 192.168.10.50; up",
        "parted: nothing; alone",
        "not told: nothing; up",
        "told: from 192.168.10.50; up",
        "forgotten: nothing; up",
        "off its switch: nothing; up",
        "{} {}",
    ]


def test_a_host_without_rights_says_so_for_good_and_other_trouble_may_pass() -> None:
    assert isinstance(trouble("RTNETLINK answers: Operation not permitted\n"), Rejected)
    assert isinstance(trouble("RTNETLINK answers: File exists\n"), Retryable)


@pytest.mark.parametrize("pk", [7, 999_999_999_999])
def test_names_of_cables_fit_into_what_linux_allows(pk: int) -> None:
    assert [len(name(f"local-router-{pk}")) <= 15 for name in (cable, link_name)] == [True, True]
