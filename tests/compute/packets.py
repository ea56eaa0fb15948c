"""Two local routers and three machines in network namespaces, and what gets through: run by test_namespaces.py.

Prints a line a try: what, the answer ("from <sender's address>" or "nothing"), the health of the first router.
"""

import subprocess
import sys
from datetime import UTC, datetime
from uuid import UUID

import django

django.setup()

from compute.drivers.namespaces import Namespaces  # noqa: E402
from compute.drivers.routing import LinkSpec, RouterSpec  # noqa: E402

KEY, AT = UUID(int=1), datetime(2026, 4, 1, tzinfo=UTC)
ONE, TWO, LAN_ONE, LAN_TWO = "local-router-7", "local-router-8", "192.168.10.0/24", "192.168.20.0/24"
LISTEN = """
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 9))
print("up", flush=True)
while True:
    data, sender = s.recvfrom(99)
    s.sendto(data + sender[0].encode(), sender)
"""
SEND = """
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(0.5)
answer = "nothing"
for _try in range(4):
    try:
        s.sendto(b"from ", (sys.argv[1], 9))
        answer = s.recvfrom(99)[0].decode()
        break
    except OSError:
        pass
print(answer)
"""
driver = Namespaces()


def write(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def shell(*lines: str) -> None:
    for line in lines:
        subprocess.run(line.split(), check=True)


def set_router(ref: str, third: int, *links: LinkSpec, routes: tuple[tuple[str, str], ...] = ()) -> None:
    addresses = tuple(f"192.168.{third}.{host}/24" for host in (1, 2, 3))
    driver.set_router(ref, RouterSpec(f"switch-{third}", addresses, third, routes, links), key=KEY, at=AT)


def machine(name: str, third: int, host: int) -> None:
    """A customer's machine on a switch, with the virtual address as its default route."""
    shell(
        f"ip netns add {name}",
        f"ip link add v{name} type veth peer name e0 netns {name}",
        f"ip link set v{name} master sw-{third} up",
        f"ip -n {name} link set e0 up",
        f"ip -n {name} link set lo up",
        f"ip -n {name} addr add 192.168.{third}.{host}/24 dev e0",
        f"ip -n {name} route add default via 192.168.{third}.1",
    )


def listen(name: str) -> "subprocess.Popen[str]":
    command = ["ip", "netns", "exec", name, sys.executable, "-c", LISTEN]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    server.stdout.readline()
    return server


def say(what: str, address: str) -> None:
    command = ["ip", "netns", "exec", "a", sys.executable, "-c", SEND, address]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    write(f"{what}: {answer}; {driver.health(ONE).get(TWO, 'alone')}")


def peers() -> None:
    """Isolated, named by one side, by both, set up again, parted."""
    say("isolated", "192.168.20.50")
    set_router(ONE, 10, LinkSpec(TWO, (LAN_TWO,), leads=True))
    say("one side", "192.168.20.50")
    set_router(TWO, 20, LinkSpec(ONE, (LAN_ONE,), leads=False))
    say("both sides", "192.168.20.50")
    set_router(ONE, 10, LinkSpec(TWO, (LAN_TWO,), leads=True))
    say("again", "192.168.20.50")
    set_router(TWO, 20)
    say("parted", "192.168.20.50")


def static_routes() -> None:
    """What lies behind a machine of the peer's network: unknown, learned, forgotten."""
    shell("ip -n c addr add 10.9.0.1/24 dev lo")
    set_router(ONE, 10, LinkSpec(TWO, (LAN_TWO,), leads=True))
    set_router(TWO, 20, LinkSpec(ONE, (LAN_ONE,), leads=False), routes=(("10.9.0.0/24", "192.168.20.9"),))
    say("not told", "10.9.0.1")
    set_router(ONE, 10, LinkSpec(TWO, (LAN_TWO, "10.9.0.0/24"), leads=True))
    say("told", "10.9.0.1")
    set_router(ONE, 10, LinkSpec(TWO, (LAN_TWO,), leads=True))
    say("forgotten", "10.9.0.1")
    driver.set_router(ONE, RouterSpec(links=(LinkSpec(TWO, (LAN_TWO,), leads=True),)), key=KEY, at=AT)
    say("off its switch", "192.168.20.50")


def main() -> None:
    set_router(ONE, 10)
    set_router(TWO, 20)
    for name, third, host in (("a", 10, 50), ("b", 20, 50), ("c", 20, 9)):
        machine(name, third, host)
    servers = [listen("b"), listen("c")]
    try:
        peers()
        static_routes()
    finally:
        for server in servers:
            server.kill()
    driver.delete_router(TWO, key=KEY, at=AT)
    driver.delete_router(TWO, key=KEY, at=AT)
    write(f"{driver.health(TWO)} {driver.health(ONE)}")


if __name__ == "__main__":
    main()
