"""PDF files that do something when they are opened: scripts, programs, files inside, or a lock that hides them."""

import re
import zlib
from collections.abc import Iterator

# Names of a PDF (ISO 32000-2) that make it more than paper; /Encrypt hides whether the others are there.
ACTIVE = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|Encrypt)(?![A-Za-z0-9])"
)
STREAM = re.compile(rb"<<((?:(?!>>\s*stream).){0,4000}?)>>\s*stream\r?\n(.*?)endstream", re.S)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
LARGEST = 20 * 1024 * 1024


def is_active(content: bytes) -> bool:
    """Whether a PDF may do something by itself, or can't be looked into.

    Looks at the objects in the open and at those in compressed object streams, names unescaped ("/J#53" is "/JS").
    """
    return any(ACTIVE.search(unescaped(part)) for part in parts(content))


def parts(content: bytes) -> Iterator[bytes]:
    """The file without the insides of its streams, then each stream of objects, unpacked."""
    yield STREAM.sub(lambda found: b"<<" + found[1] + b">>", content)
    room = LARGEST
    for found in STREAM.finditer(content):
        if b"ObjStm" in unescaped(found[1]):
            unpacked = unpack(found[2], room)
            room -= len(unpacked)
            yield unpacked if room > 0 else b"/Encrypt"  # too much to look through


def unpack(data: bytes, room: int) -> bytes:
    """A stream's bytes, at most so many; what can't be unpacked counts as locked."""
    try:
        return zlib.decompressobj().decompress(data.lstrip(b"\r\n"), room)
    except zlib.error:
        return b"/Encrypt"


def unescaped(part: bytes) -> bytes:
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part)
