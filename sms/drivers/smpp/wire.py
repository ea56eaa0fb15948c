"""What goes over the wire: PDUs made from texts, and receipts and answers read from PDUs.

A text is one submit_sm, whatever its length: more than one segment travels as message_payload and is cut by the SMSC,
so that "handed over" is never half true.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from smpplib import consts, smpp
from smpplib.exceptions import PDUError, UnknownCommandError

from sms import segments
from sms.drivers import Fate, Outgoing, Receipt

HEADER, LARGEST = 16, 64 * 1024
DELIVER, DELIVER_RESP, SUBMIT_RESP, BIND_RESP = 0x00000005, 0x80000005, 0x80000004, 0x80000009
ENQUIRE, ENQUIRE_RESP, UNBIND, UNBIND_RESP, NACK = 0x00000015, 0x80000015, 0x00000006, 0x80000006, 0x80000000
INVALID_COMMAND = 0x00000003
# The SMSC asks us to slow down: nothing was taken.
SLOWER = (consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL)
STATES = {2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 7: "UNKNOWN", 8: "REJECTD"}
FIELD = re.compile(r"\b(id|stat|err):\s*(\S+)", re.IGNORECASE)
RECEIPT_CLASS, RECEIPT = 0x3C, 0x04


class Broken(Exception):
    """What came in is no SMPP."""


@dataclass(frozen=True)
class Frame:
    """One PDU as it came."""

    command: int
    status: int
    sequence: int
    raw: bytes

    @property
    def body(self) -> bytes:
        return self.raw[HEADER:]


@dataclass(frozen=True)
class Delivered:
    """What an SMSC delivers to us: a receipt, or a text that somebody wrote. Numbers are digits."""

    receipt: Receipt | None
    source: str
    destination: str
    text: str


def frames(buffer: bytearray) -> Iterator[Frame]:
    """Take the whole PDUs out of a buffer. Raises Broken when a length can't be."""
    while len(buffer) >= HEADER:
        length, command, status, sequence = struct.unpack_from(">LLLL", buffer)
        if not HEADER <= length <= LARGEST:
            raise Broken(f"a PDU of {length} bytes")
        if len(buffer) < length:
            return
        raw = bytes(buffer[:length])
        del buffer[:length]
        yield Frame(command, status, sequence, raw)


def plain(command: int, sequence: int, status: int = 0, body: bytes = b"") -> bytes:
    """A PDU of a header and at most a few bytes."""
    return struct.pack(">LLLL", HEADER + len(body), command, status, sequence) + body


def bind(client: Any, system_id: str, password: str) -> bytes:
    """bind_transceiver: both directions on one link."""
    pdu = smpp.make_pdu("bind_transceiver", client=client, system_id=system_id, password=password, interface_version=52)
    raw: bytes = pdu.generate()
    return raw


def submit(client: Any, outgoing: Outgoing) -> bytes:
    """submit_sm with a receipt asked for; its sequence number is the client's newest."""
    coding, octets = segments.encode(outgoing.text)
    long = segments.measure(outgoing.text).segments > 1
    body = {"message_payload": octets} if long else {"short_message": octets}
    digits = outgoing.sender.isdigit()
    pdu = smpp.make_pdu(
        "submit_sm", client=client, source_addr=outgoing.sender or None,
        source_addr_ton=(1 if digits else 5) if outgoing.sender else 0, source_addr_npi=1 if digits else 0,
        dest_addr_ton=1, dest_addr_npi=1, destination_addr=outgoing.destination, data_coding=coding,
        registered_delivery=1, **body,
    )  # fmt: skip
    raw: bytes = pdu.generate()
    return raw


def fate(frame: Frame) -> tuple[Fate, str, str]:
    """What an answer to a submit means: fate, the supplier's number, why not."""
    if frame.command == SUBMIT_RESP and not frame.status:
        return Fate.TAKEN, word(frame.body.partition(b"\0")[0], 65), ""
    reason = consts.DESCRIPTIONS.get(frame.status, "refused")
    return (Fate.LATER if frame.status in SLOWER else Fate.REFUSED), "", f"{reason} (0x{frame.status:02x})"


def delivered(frame: Frame) -> Delivered:
    """Read a deliver_sm. Raises Broken."""
    try:
        pdu = smpp.parse_pdu(frame.raw, client=None, need_sequence=False, allow_unknown_opt_params=True)
    except (PDUError, UnknownCommandError, struct.error, IndexError, ValueError, KeyError, TypeError) as error:
        raise Broken(f"a deliver_sm that can't be read: {error}") from error
    octets = pdu.short_message or pdu.message_payload or b""
    source, destination = digits_of(pdu.source_addr), digits_of(pdu.destination_addr)
    if (pdu.esm_class or 0) & RECEIPT_CLASS != RECEIPT:
        return Delivered(None, source, destination, decoded(octets, pdu.data_coding or 0))
    said = {name.lower(): value for name, value in FIELD.findall(octets.decode("latin-1"))}
    supplier_id = word(pdu.receipted_message_id or b"", 65) or said.get("id", "")[:65]
    status = STATES.get(pdu.message_state or 0, "") or said.get("stat", "").upper()[:10]
    return Delivered(Receipt(supplier_id, status, said.get("err", "")[:20], source), source, destination, "")


def decoded(octets: bytes, coding: int) -> str:
    return octets.decode("utf-16-be" if coding == consts.SMPP_ENCODING_ISO10646 else "latin-1", "replace")


def digits_of(address: Any) -> str:
    return "".join(letter for letter in word(address or b"", 21) if letter.isdigit())[:15]


def word(value: bytes | str, longest: int) -> str:
    """Bytes of the wire as a word that the database takes."""
    text = value if isinstance(value, str) else value.decode("ascii", "replace")
    return text.strip("\0 ").replace("\0", "")[:longest]
