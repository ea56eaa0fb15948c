"""The 16 digits of a coupon: drawn at random, recognised by a keyed hash."""

import secrets
import unicodedata

from django.conf import settings
from django.utils.crypto import salted_hmac

DIGITS = 16
SALT = "engawa.coupon"


def draw() -> str:
    """A new code; nobody guesses one out of 10^16."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def cleaned(text: str) -> str:
    """The digits of what somebody typed, with spaces, dashes or full-width digits; "" when they aren't 16."""
    plain = unicodedata.normalize("NFKC", text)
    digits = "".join(letter for letter in plain if not letter.isspace() and letter not in "-‐‑–—ー")
    return digits if digits.isascii() and digits.isdigit() and len(digits) == DIGITS else ""


def hash_of(code: str, key: str | None = None) -> bytes:
    """What the database keeps of a code: a copy of the table tells nothing without the key."""
    return salted_hmac(SALT, code, secret=key, algorithm="sha256").digest()


def hashes_of(code: str) -> list[bytes]:
    """The hashes it may be kept under: by the present key, and by those before it."""
    return [hash_of(code, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
