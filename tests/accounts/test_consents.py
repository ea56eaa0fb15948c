"""Consents: which version is in force, what was accepted, and that the text stays as it was."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts import consents
from accounts.access import Actor
from accounts.consents import Acceptance, Document, library
from accounts.models import AuditEvent, Organisation
from tests import make

NEXT_DAY = date(2026, 4, 2)
MIDNIGHT = datetime(2026, 4, 1, 15, 0, tzinfo=UTC)  # of 2 April, JST


def version(number: int, effective_on: date, code: str = "basic") -> Document:
    texts = {"ja": {"title": f"約款{number}", "body": "本文"}, "en": {"title": f"Terms {number}", "body": "Body"}}
    hashes = {language: library.sha256_of(text) for language, text in texts.items()}
    return Document.objects.create(code=code, version=number, effective_on=effective_on, texts=texts, hashes=hashes)


@pytest.mark.terms("1-1", "1-2")
def test_every_acceptance_keeps_who_when_and_the_hash_of_the_very_text(garden: Organisation, alice: Actor) -> None:
    document = version(1, date(2026, 1, 1), code="aws")

    consents.accept(garden, ["aws"], language="en", context={"order": "AWS connection"}, by=alice, at=make.NOON)

    accepted = Acceptance.objects.get(document=document)
    assert (accepted.organisation, accepted.accepted_by, accepted.at) == (garden, alice.user, make.NOON)
    assert accepted.text_sha256 == library.sha256_of({"title": "Terms 1", "body": "Body"})
    assert accepted.context == {"order": "AWS connection"}
    assert document.accepted_text(accepted.text_sha256) == {"title": "Terms 1", "body": "Body"}
    assert AuditEvent.objects.latest("pk").verb == "consent.accepted"


def test_a_new_version_is_asked_for_from_the_jst_day_it_takes_effect(garden: Organisation, alice: Actor) -> None:
    new = version(2, NEXT_DAY)

    before = consents.missing(garden, ["basic"], MIDNIGHT - timedelta(seconds=1))
    after = consents.missing(garden, ["basic"], MIDNIGHT)
    consents.accept(garden, ["basic"], by=alice, at=MIDNIGHT)

    assert (before, after) == ([], [new])
    assert consents.missing(garden, ["basic"], MIDNIGHT) == []


def test_accepting_again_changes_and_records_nothing(garden: Organisation, alice: Actor) -> None:
    before = list(Acceptance.objects.values()), AuditEvent.objects.count()

    consents.accept(garden, consents.SIGN_UP, by=alice, at=make.EVENING)

    assert (list(Acceptance.objects.values()), AuditEvent.objects.count()) == before


def test_a_document_without_a_version_in_force_is_an_error(garden: Organisation) -> None:
    version(1, date(2027, 1, 1), code="later")

    with pytest.raises(LookupError, match="later, nonsense"):
        consents.in_force(["basic", "later", "nonsense"], make.NOON)


def test_documents_come_in_the_order_asked_for(garden: Organisation) -> None:
    assert [d.code for d in consents.in_force(["service", "basic"], make.NOON)] == ["service", "basic"]


@pytest.mark.parametrize("model", [Document, Acceptance])
def test_the_database_refuses_to_change_what_was_accepted(
    garden: Organisation, model: type[Document] | type[Acceptance]
) -> None:
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        model.objects.all().delete()

    assert Acceptance.objects.filter(organisation=garden).count() == 2


# -- files -------------------------------------------------------------------------------------------------------------
def test_syncing_twice_adds_nothing(db: None) -> None:
    assert consents.sync() > 0
    assert consents.sync() == 0


def test_every_text_is_complete_in_both_languages() -> None:
    for text in library.texts():
        assert set(text.texts) == {"ja", "en"}, text.code
        assert all(words["title"] and words["body"] for words in text.texts.values()), text.code


def test_a_stored_version_whose_file_was_edited_is_noticed(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "garden").mkdir()
    file = tmp_path / "garden" / "1.ja.md"
    file.write_text("# 庭\neffective: 2026-01-01\n\n本文\n", "utf-8")
    monkeypatch.setattr(library.texts, "__defaults__", (tmp_path,))
    consents.sync()

    file.write_text("# 庭\neffective: 2026-01-01\n\n別の本文\n", "utf-8")

    with pytest.raises(ValueError, match="garden version 1 was edited"):
        consents.sync()


@pytest.mark.parametrize(
    "source", ["Title\neffective: 2026-01-01\n\nx", "# T\n2026-01-01\n\nx", "# T\neffective: soon\n\nx"]
)
def test_a_malformed_text_is_an_error(source: str) -> None:
    with pytest.raises(ValueError):
        library.parse(source)


# -- pages -------------------------------------------------------------------------------------------------------------
def test_members_read_what_was_agreed_to_word_for_word(bob_client: Client, garden: Organisation) -> None:
    accepted = Acceptance.objects.get(organisation=garden, document__code="basic")

    listed = bob_client.get(reverse("consents")).content.decode()
    page = bob_client.get(reverse("consent", args=["basic", 1])).content.decode()

    text = accepted.document.accepted_text(accepted.text_sha256)
    assert text["title"] in listed
    assert text["title"] in page
    assert accepted.text_sha256 in page


def test_a_document_that_was_not_accepted_is_not_found(bob_client: Client, garden: Organisation) -> None:
    version(1, date(2026, 1, 1), code="aws")

    assert bob_client.get(reverse("consent", args=["aws", 1])).status_code == 404
