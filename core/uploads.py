"""Files from customers: checked by size, name and content, kept as bytes in the database, given back as downloads."""

import hashlib
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from core.active import is_active

MEGABYTE = 1024 * 1024
MAX_BYTES = 5 * MEGABYTE
NAME_LENGTH = 100
# Content type by ending, and how such a file begins ("" is text: any UTF-8 without control characters).
TYPES = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".txt": ("text/plain; charset=utf-8", b""),
    ".log": ("text/plain; charset=utf-8", b""),
    ".csv": ("text/csv; charset=utf-8", b""),
}
ACCEPT = ",".join(TYPES)


@dataclass(frozen=True)
class Upload:
    """A file that passed the checks."""

    name: str
    content_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def checked(file: "UploadedFile[Any]") -> Upload:
    """The file's plain name, type and bytes. Raises ValidationError: too large, of a wrong kind, disguised, active."""
    name = PurePath(unicodedata.normalize("NFC", file.name or "")).name
    ending = PurePath(name).suffix.lower()
    if ending not in TYPES:
        raise ValidationError(_("%(name)s: only PDF, PNG, JPEG and text files can be attached.") % {"name": name})
    if (file.size or 0) > MAX_BYTES:
        raise ValidationError(_("%(name)s: a file may have 5 MB at most.") % {"name": name})
    content_type, beginning = TYPES[ending]
    content = file.read()
    if not content.startswith(beginning) or (not beginning and not is_text(content)):
        raise ValidationError(_("%(name)s: its content is not what its name says.") % {"name": name})
    if ending == ".pdf" and is_active(content):
        text = _("%(name)s: a PDF with scripts, embedded files or a password can't be attached. Print it to a new PDF.")
        raise ValidationError(text % {"name": name})
    stem = "".join(letter for letter in PurePath(name).stem if letter.isprintable())
    return Upload(f"{stem[: NAME_LENGTH - len(ending)]}{ending}", content_type, content)


def is_text(content: bytes) -> bool:
    """Whether the bytes are UTF-8 text without control characters."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in text)


def download(upload: Upload) -> HttpResponse:
    """The file as a download: never shown by the browser on our origin, never sniffed."""
    response = HttpResponse(upload.content, content_type=upload.content_type)
    response["Content-Disposition"] = content_disposition_header(True, upload.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
