"""Envelopes: what is sealed opens only whole, for what it is bound to, under a known master key."""

import pytest
from django.core.management import call_command
from pytest_django import Settings

from accounts.models import Letter
from core import secrets
from tests import make

OLD, NEW = b"o" * 32, b"n" * 32


def test_a_sealed_text_opens_for_what_it_is_bound_to() -> None:
    envelope = secrets.seal(b"12345678", "7:sim:puk")

    assert b"12345678" not in envelope
    assert secrets.unseal(envelope, "7:sim:puk") == b"12345678"


def test_an_envelope_of_another_tenant_does_not_open() -> None:
    envelope = secrets.seal(b"12345678", "7:sim:puk")

    with pytest.raises(secrets.Unreadable):
        secrets.unseal(envelope, "8:sim:puk")


@pytest.mark.parametrize("position", [0, 1, 5, 20, 64, 65, 80, -1])
def test_an_envelope_changed_anywhere_does_not_open(position: int) -> None:
    changed = bytearray(secrets.seal(b"12345678", "7:sim:puk"))
    changed[position] ^= 1

    with pytest.raises(secrets.Unreadable):
        secrets.unseal(bytes(changed), "7:sim:puk")


@pytest.mark.parametrize("length", [0, 1, 40, 65, 70])
def test_a_truncated_envelope_does_not_open(length: int) -> None:
    with pytest.raises(secrets.Unreadable):
        secrets.unseal(secrets.seal(b"12345678", "x")[:length], "x")


def test_rotation_moves_every_value_to_the_newest_master_key(db: None, settings: Settings) -> None:
    settings.MASTER_KEYS = [OLD]
    sealed = [secrets.seal(text, "letter") for text in (b"one", b"two")]
    rows = [Letter.objects.create(to="x@example.jp", kind="k", sealed=s, created_at=make.NOON) for s in sealed]
    spent = Letter.objects.create(to="x@example.jp", kind="k", sealed=b"", created_at=make.NOON)

    settings.MASTER_KEYS = [NEW, OLD]
    call_command("rotate_keys")

    settings.MASTER_KEYS = [NEW]
    assert [
        secrets.unseal(bytes(r.sealed), "letter")
        for r in Letter.objects.filter(pk__in=[r.pk for r in rows]).order_by("pk")
    ] == [
        b"one",
        b"two",
    ]
    spent.refresh_from_db()
    assert bytes(spent.sealed) == b""
