"""One contract for all hypervisors: the embedded simulation, libvirt's own test driver, and QEMU by a real libvirtd."""

import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from compute.drivers import DiskSpec, Hypervisor, MachineSpec, NetworkSpec, Nic
from compute.drivers.libvirt import Libvirt
from compute.drivers.libvirt.networks import router_parts
from compute.drivers.simulated import Simulated
from compute.drivers.storage import ImageSpec, Settings
from core.operations import Gone, Pending, Rejected, Retryable
from tests.make import MORNING
from tests.servers import guest, libvirtd

SMALL = MachineSpec("is1b", 1, 256)
SECONDS = 60
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def host(tmp_path_factory: Any) -> Iterator[libvirtd.Host]:
    with libvirtd.serve(tmp_path_factory.mktemp("v")) as running:
        api = libvirtd.bindings()
        pool = api.open(running.uri).storagePoolDefineXML(
            f"<pool type='dir'><name>default</name><target><path>{running.home}/pool</path></target></pool>"
        )
        pool.create()
        yield running


@pytest.fixture
def qemu(host: libvirtd.Host, settings: Any) -> Libvirt:
    settings.LIBVIRT_KIND = "qemu"
    settings.LIBVIRT_POOL = "default"
    settings.LIBVIRT_SHARED_NETWORK = "shared"
    driver = Libvirt(host.uri)
    driver.set_network("shared", NetworkSpec("switch"), key=uuid.uuid4(), at=MORNING)
    return driver


@pytest.fixture(params=["simulated", "libvirt's test driver", "libvirt with QEMU"])
def driver(request: Any, settings: Any) -> Hypervisor:
    if request.param == "simulated":
        return Simulated()
    if request.param == "libvirt with QEMU":
        real: Libvirt = request.getfixturevalue("qemu")
        return real
    libvirtd.bindings()
    settings.LIBVIRT_POOL = "default-pool"
    return Libvirt("test:///default")


def until(call: Callable[..., Any], *arguments: Any, **options: Any) -> None:
    """Call it with one key, as a worker does, until it is done."""
    deadline, key = time.monotonic() + SECONDS, uuid.uuid4()
    while time.monotonic() < deadline:
        try:
            call(*arguments, key=key, at=MORNING, **options)
        except Pending as pending:
            time.sleep(min(pending.seconds, 0.2))
        else:
            return
    pytest.fail(f"{call.__name__} did not come to an end")


def test_a_machine_lives_and_what_is_asked_twice_is_done_once(driver: Hypervisor) -> None:
    for _ in range(2):
        until(driver.create_machine, "server-1", SMALL)
    assert driver.observe(["server-1", "server-2"], at=MORNING) == {"server-1": "down"}

    for _ in range(2):
        until(driver.power_on, "server-1")
    assert driver.observe(["server-1"], at=MORNING) == {"server-1": "up"}

    for _ in range(2):
        until(driver.power_off, "server-1", force=True)
    assert driver.observe(["server-1"], at=MORNING) == {"server-1": "down"}

    until(driver.resize_machine, "server-1", MachineSpec("is1b", 2, 512))
    for _ in range(2):
        until(driver.delete_machine, "server-1")
    assert driver.observe(["server-1"], at=MORNING) == {}


def test_what_it_does_not_know_is_gone(driver: Hypervisor) -> None:
    for call in (driver.power_on, driver.reset):
        with pytest.raises(Gone):
            call("server-9", key=uuid.uuid4(), at=MORNING)
    with pytest.raises(Gone):
        driver.attach_disk("disk-9", "server-9", key=uuid.uuid4(), at=MORNING)


def test_disks_are_made_copied_attached_and_deleted(driver: Hypervisor) -> None:
    until(driver.create_machine, "server-2", SMALL)
    until(driver.create_image, "archive-2", ImageSpec("is1b", 1))
    until(driver.create_disk, "disk-2", DiskSpec("is1b", "ssd", 1, "archive-2"))
    until(driver.create_disk, "disk-3", DiskSpec("is1b", "ssd", 1))

    for disk in ("disk-2", "disk-3", "disk-2"):
        until(driver.attach_disk, disk, "server-2")
    until(driver.power_on, "server-2")
    until(driver.power_off, "server-2", force=True)
    for _ in range(2):
        until(driver.detach_disk, "disk-2")

    for _ in range(2):
        until(driver.delete_machine, "server-2")
        until(driver.delete_disk, "disk-2")
        until(driver.delete_disk, "disk-3")
        until(driver.delete_image, "archive-2")


def test_networks_are_made_and_made_again(driver: Hypervisor) -> None:
    for _ in range(2):
        until(driver.set_network, "switch-1", NetworkSpec("switch", "is1b"))
    until(driver.create_machine, "server-3", SMALL)
    until(driver.wire_machine, "server-3", (Nic("9c:a3:ba:00:00:01", "switch-1"), Nic("9c:a3:ba:00:00:02")))
    until(driver.power_on, "server-3")
    until(driver.power_off, "server-3", force=True)
    until(driver.delete_machine, "server-3")
    for _ in range(2):
        until(driver.delete_network, "switch-1")


def test_bridges_join_switches_and_routers_lead_out(host: libvirtd.Host, qemu: Libvirt) -> None:
    until(qemu.set_network, "bridge-4", NetworkSpec("bridge"))
    until(qemu.set_network, "switch-4", NetworkSpec("switch", "is1b", ("bridge-4",)))
    until(qemu.set_network, "switch-5", NetworkSpec("switch", "tk1a", ("bridge-4",)))
    assert qemu._device("switch-4") == qemu._device("switch-5") == qemu._device("bridge-4")

    until(qemu.set_network, "switch-6", NetworkSpec("switch", "is1b"))
    routes = (("198.51.100.0/28", ""), ("203.0.113.0/28", "198.51.100.5"))
    router = NetworkSpec("router", "is1b", ("switch-6",), 0, routes, (("198.51.100.5", "web.example.com"),))
    for _ in range(2):
        until(qemu.set_network, "router-6", router)
    until(qemu.set_network, "switch-6", NetworkSpec("switch", "is1b"))  # set again, it keeps its router
    shown = host.inside("ip", "-br", "address", "show", "dev", qemu._device("switch-6"))
    assert "198.51.100.1/28" in shown
    assert "203.0.113.0/28 via 198.51.100.5" in host.inside("ip", "route")

    until(qemu.delete_network, "router-6")
    assert "198.51.100.1/28" not in host.inside("ip", "-br", "address", "show", "dev", qemu._device("switch-6"))
    for ref in ("switch-4", "switch-5", "switch-6", "bridge-4", "bridge-4"):
        until(qemu.delete_network, ref)


def test_the_bandwidth_of_a_router_is_a_limit_of_its_network() -> None:
    parts = router_parts("router-6", NetworkSpec("router", joins=("switch-6",), bandwidth_mbps=250))

    (limit,) = [part for part in parts if part.tag == "bandwidth"]
    assert [(one.tag, one.get("average")) for one in limit] == [("inbound", "31250"), ("outbound", "31250")]  # kB/s


def test_a_daemon_that_does_not_answer_is_passing_trouble() -> None:
    libvirtd.bindings()

    with pytest.raises(Retryable, match="could not do it"):
        Libvirt("qemu+unix:///system?socket=/nowhere/at/all").observe(["server-1"], at=MORNING)


def test_what_qemu_does_not_offer_is_refused_in_words(qemu: Libvirt) -> None:
    with pytest.raises(Rejected, match="can't be uploaded"):
        qemu.open_upload("archive-5", ImageSpec("is1b", 1), "user", "word", key=uuid.uuid4(), at=MORNING)
    until(qemu.create_machine, "server-5", SMALL)
    with pytest.raises(Rejected, match="present state"):
        qemu.reset("server-5", key=uuid.uuid4(), at=MORNING)
    with pytest.raises(Rejected, match="no key called hyper"):
        qemu.press_keys("server-5", ("hyper",), key=uuid.uuid4(), at=MORNING)
    rule = {"action": "deny", "protocol": "fragment", "source_network": "", "source_port": "", "destination_port": ""}
    with pytest.raises(Rejected, match="fragments"):
        until(qemu.wire_machine, "server-5", (Nic("9c:a3:ba:00:00:05", "shared", "", (rule,)),))
    until(qemu.delete_machine, "server-5")


def bring_in(host: libvirtd.Host) -> None:
    """Staff bring an image into the pool, as an archive."""
    api = libvirtd.bindings()
    pool = api.open(host.uri).storagePoolLookupByName("default")
    (Path(host.home) / "pool" / "archive-1").write_bytes(guest.image().read_bytes())
    pool.refresh()


def test_a_guest_boots_with_its_seed_answers_on_its_address_and_obeys(host: libvirtd.Host, qemu: Libvirt) -> None:
    bring_in(host)
    until(qemu.set_network, "switch-7", NetworkSpec("switch", "is1b"))
    host.inside("ip", "address", "add", "192.168.7.1/24", "dev", qemu._device("switch-7"))
    until(qemu.create_disk, "disk-7", DiskSpec("is1b", "ssd", 1, "archive-1"))
    wanted = Settings("web-07", "correct horse", ("ssh-ed25519 AAAA alice",), ("#!/bin/sh\ntrue",), "192.168.7.10", 24)
    until(qemu.write_settings, "disk-7", wanted)
    allowed = {"action": "allow", "protocol": "tcp", "source_network": "192.168.7.0/24", "source_port": ""}
    denied = {"action": "deny", "protocol": "tcp", "source_network": "", "source_port": "", "destination_port": "81"}
    nic = Nic("9c:a3:ba:00:00:07", "switch-7", "192.168.7.10", ({**allowed, "destination_port": "80"}, denied))
    until(qemu.create_machine, "server-7", MachineSpec("is1b", 1, 256, (nic,)))
    until(qemu.attach_disk, "disk-7", "server-7")

    until(qemu.power_on, "server-7", user_data="#cloud-config\n{}\n")

    assert fetched(host, "192.168.7.10/name") == "web-07"
    assert fetched(host, "192.168.7.10/disk") == "disk-7"
    assert fetched(host, "192.168.7.10/user-data") == "#cloud-config\n{}"
    vendor = fetched(host, "192.168.7.10/vendor-data")
    assert "ssh-ed25519 AAAA alice" in vendor
    assert "correct horse" not in vendor
    assert "$6$" in vendor

    screen = qemu.screen("server-7")
    assert screen is not None
    assert host.inside("/usr/bin/python3", "-c", GREET, str(screen.port)) == "RFB 003.008"
    assert qemu.collect(at=MORNING) == 1
    assert qemu.collect(at=MORNING + timedelta(minutes=1)) == 1
    (sample,) = qemu.metrics("server-7", MORNING, MORNING + timedelta(minutes=2), 60)
    assert sample.at == MORNING + timedelta(minutes=1)

    key = uuid.uuid4()
    for _ in range(2):
        qemu.press_keys("server-7", ("ctrl", "alt", "f2"), key=key, at=MORNING)
    until(qemu.power_off, "server-7", force=False)
    assert qemu.observe(["server-7"], at=MORNING) == {"server-7": "down"}
    assert qemu.screen("server-7") is None
    until(qemu.delete_machine, "server-7")
    until(qemu.delete_disk, "disk-7")
    names = {found.name() for found in qemu.pool.listAllVolumes()}
    assert names & {"disk-7", "settings-disk-7", "seed-server-7"} == set()
    until(qemu.delete_network, "switch-7")


def test_a_guest_that_does_not_listen_is_given_up_after_three_minutes(qemu: Libvirt) -> None:
    until(qemu.create_machine, "server-8", SMALL)  # without a disk there is nobody who listens
    until(qemu.power_on, "server-8")
    key = uuid.uuid4()
    with pytest.raises(Pending):
        qemu.power_off("server-8", force=False, key=key, at=MORNING)

    with pytest.raises(Rejected, match="did not shut down"):
        qemu.power_off("server-8", force=False, key=key, at=MORNING + timedelta(minutes=4))

    assert qemu.observe(["server-8"], at=MORNING) == {"server-8": "up"}
    until(qemu.power_off, "server-8", force=True)
    until(qemu.delete_machine, "server-8")


GREET = (
    "import sys, socket as s; print(s.create_connection(('127.0.0.1', int(sys.argv[1])), 5).recv(11).decode(), end='')"
)
FETCH = (
    "import sys, urllib.request as r; sys.stdout.write(r.urlopen('http://' + sys.argv[1], timeout=3).read().decode())"
)


def fetched(host: libvirtd.Host, address: str) -> str:
    """What the guest's web server answers, asked from its switch."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            return host.inside("/usr/bin/python3", "-c", FETCH, address).strip()
        except OSError:
            raise
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
