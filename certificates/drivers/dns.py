"""Asking a resolver over UDP, and over TCP where the answer is long (RFC 1035): just what is needed here."""

import ipaddress
import secrets
import socket
import struct
from pathlib import Path

from django.conf import settings

TYPES = {"A": 1, "TXT": 16, "AAAA": 28, "CAA": 257}
SECONDS, TRIES = 3.0, 2
NO_ERROR, NO_SUCH_NAME = 0, 3
TRUNCATED = 0x0200


class Unanswered(Exception):
    """The resolver did not answer, or could not find out."""


def ask(name: str, kind: str) -> list[str]:
    """The records of a name; nothing when it has none. kind: A, AAAA, TXT or CAA. Raises Unanswered."""
    number = secrets.randbelow(65536)
    question = encoded(name) + struct.pack("!HH", TYPES[kind], 1)
    message = struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0) + question
    for _attempt in range(TRIES):
        try:
            answer = exchange(message)
            if struct.unpack_from("!H", answer)[0] == number:
                return records(answer, TYPES[kind])
        except (OSError, struct.error, IndexError, ValueError):
            continue
    raise Unanswered(name)


def server() -> tuple[str, int]:
    """settings.DNS_SERVER ("127.0.0.1:53"), else that of the system."""
    if settings.DNS_SERVER:
        host, _colon, port = settings.DNS_SERVER.rpartition(":")
        return host, int(port)
    lines = Path("/etc/resolv.conf").read_text().splitlines()
    return next((line.split()[1] for line in lines if line.startswith("nameserver ")), "127.0.0.1"), 53


def exchange(message: bytes) -> bytes:
    """The answer to a message."""
    address = server()
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as link:
        link.settimeout(SECONDS)
        link.connect(address)
        link.send(message)
        answer = link.recv(4096)
    if struct.unpack_from("!H", answer, 2)[0] & TRUNCATED:
        with socket.create_connection(address, SECONDS) as stream, stream.makefile("rb") as file:
            stream.sendall(struct.pack("!H", len(message)) + message)
            answer = file.read(struct.unpack("!H", file.read(2))[0])
    return answer


def encoded(name: str) -> bytes:
    """A name as its labels."""
    labels = name.rstrip(".").encode("ascii").split(b".")
    if not all(0 < len(label) < 64 for label in labels):
        raise ValueError(name)
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def records(answer: bytes, kind: int) -> list[str]:
    """The records of that kind in an answer. Raises ValueError when the resolver could not find out."""
    _number, flags, questions, answers = struct.unpack_from("!HHHH", answer)
    if flags & 15 not in (NO_ERROR, NO_SUCH_NAME):
        raise ValueError(flags)
    at, found = 12, []
    for _question in range(questions):
        at = skipped(answer, at) + 4
    for _answer in range(answers):
        at = skipped(answer, at)
        got, _class, _life, length = struct.unpack_from("!HHIH", answer, at)
        at += 10 + length
        if got == kind:
            found.append(written(answer[at - length : at], kind))
    return found


def skipped(answer: bytes, at: int) -> int:
    """Where a name that begins here ends; one that goes on elsewhere ends with the pointer."""
    while answer[at]:
        if answer[at] >= 0xC0:
            return at + 2
        at += answer[at] + 1
    return at + 1


def written(data: bytes, kind: int) -> str:
    """The value of a record: an address, a text, or "flags tag value" of CAA."""
    if kind in (TYPES["A"], TYPES["AAAA"]):
        return str(ipaddress.ip_address(data))
    if kind == TYPES["CAA"]:
        end = 2 + data[1]
        return f"{data[0]} {data[2:end].decode()} {data[end:].decode()}"
    text, at = b"", 0
    while at < len(data):
        text, at = text + data[at + 1 : at + 1 + data[at]], at + 1 + data[at]
    return text.decode("utf-8", "replace")
