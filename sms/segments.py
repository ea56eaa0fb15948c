"""How long a text is on the wire: GSM 03.38 septets or UCS-2 units, and how many segments carry them.

One segment holds 160 septets or 70 units; several hold 153 or 67 each. An extension character (two septets) and a
surrogate pair are never split between segments.
"""

from dataclasses import dataclass

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = {"\f": 10, "^": 20, "{": 40, "}": 41, "\\": 47, "[": 60, "~": 61, "]": 62, "|": 64, "€": 101}
SEPTETS = {letter: code for code, letter in enumerate(BASIC) if letter != "\x1b"}
ESCAPE = 0x1B
ROOM = {"GSM": (160, 153), "UCS2": (70, 67)}
MAX_SEGMENTS = 10


@dataclass(frozen=True)
class Measure:
    """coding: "GSM" or "UCS2". units: septets or 16-bit units in all. segments: how many messages of the network."""

    coding: str
    units: int
    segments: int


def coding_of(text: str) -> str:
    """GSM when every character is in the GSM alphabet, else UCS2."""
    return "GSM" if all(letter in SEPTETS or letter in EXTENSION for letter in text) else "UCS2"


def width(letter: str, coding: str) -> int:
    """How many units one character takes."""
    if coding == "GSM":
        return 2 if letter in EXTENSION else 1
    return 2 if ord(letter) > 0xFFFF else 1


def measure(text: str) -> Measure:
    """Coding, units and segments of a text; an empty text has none."""
    coding = coding_of(text)
    widths = [width(letter, coding) for letter in text]
    single, part = ROOM[coding]
    units = sum(widths)
    if units <= single:
        return Measure(coding, units, 1 if units else 0)
    segments, room = 1, part
    for each in widths:
        if each > room:
            segments, room = segments + 1, part
        room -= each
    return Measure(coding, units, segments)


def encode(text: str) -> tuple[int, bytes]:
    """The data coding of SMPP and the bytes: unpacked septets (0) or UTF-16 big-endian (8)."""
    if coding_of(text) == "UCS2":
        return 8, text.encode("utf-16-be")
    octets = bytearray()
    for letter in text:
        octets += bytes((ESCAPE, EXTENSION[letter])) if letter in EXTENSION else bytes((SEPTETS[letter],))
    return 0, bytes(octets)
