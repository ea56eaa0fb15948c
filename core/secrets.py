"""Secrets at rest: AES-256-GCM envelopes. Each value has its own key, wrapped by the newest of settings.MASTER_KEYS.

    secrets.seal(b"...", "4711:sim:puk")     what it is bound to (tenant:thing:purpose): unsealing needs the same

Layout: version (1), id of the master key (4), nonce (12), wrapped key (48), nonce (12), text with its tag.
Rotating master keys rewraps the inner keys only; the texts are never opened for it.
"""

import hashlib
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

VERSION = b"\x01"
KEY, NONCE, WRAPPED = slice(1, 5), slice(5, 17), slice(17, 65)
HEAD = 65


class Unreadable(Exception):
    """The envelope was changed, is bound to something else, or its master key is gone."""


class SealedField(models.BinaryField):  # type: ignore[type-arg]  # not generic when it runs
    """A column that holds an envelope, so that the rotation finds it."""


def seal(text: bytes, bound_to: str) -> bytes:
    """An envelope around the text. bound_to: what it belongs to and is for; not secret, needed to unseal."""
    inner, key_id = AESGCM.generate_key(256), newest()
    nonce = os.urandom(12)
    return wrap(inner, key_id) + nonce + AESGCM(inner).encrypt(nonce, text, bound_to.encode())


def unseal(envelope: bytes, bound_to: str) -> bytes:
    """The text of an envelope. Raises Unreadable."""
    inner, body = unwrap(envelope), envelope[HEAD:]
    try:
        return AESGCM(inner).decrypt(body[:12], body[12:], bound_to.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error


def rewrap(envelope: bytes) -> bytes:
    """The same envelope under the newest master key. Raises Unreadable."""
    if envelope[KEY] == newest():
        return envelope
    return wrap(unwrap(envelope), newest()) + envelope[HEAD:]


def wrap(inner: bytes, key_id: bytes) -> bytes:
    """The head of an envelope: the inner key under a master key."""
    nonce = os.urandom(12)
    return VERSION + key_id + nonce + AESGCM(master_keys()[key_id]).encrypt(nonce, inner, VERSION + key_id)


def unwrap(envelope: bytes) -> bytes:
    """The inner key of an envelope. Raises Unreadable."""
    master = master_keys().get(envelope[KEY])
    if envelope[:1] != VERSION or master is None:
        raise Unreadable
    try:
        return AESGCM(master).decrypt(envelope[NONCE], envelope[WRAPPED], envelope[:5])
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error


def newest() -> bytes:
    """The id of the master key that seals."""
    return next(iter(master_keys()))


def master_keys() -> dict[bytes, bytes]:
    """The master keys by id, newest first."""
    return identified(tuple(settings.MASTER_KEYS))


@cache
def identified(keys: tuple[bytes, ...]) -> dict[bytes, bytes]:
    """Keys by the first 4 bytes of their SHA-256."""
    return {hashlib.sha256(key).digest()[:4]: key for key in keys}
