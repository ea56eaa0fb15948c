"""The Japanese catalogue: merged from parts, complete, compiled."""

import gettext
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from config import catalogue


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A locale folder of our own with one part."""
    (tmp_path / "parts").mkdir()
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    monkeypatch.setattr(catalogue, "PO", tmp_path / "django.po")
    monkeypatch.setattr(catalogue, "MO", tmp_path / "django.mo")
    plural = 'msgid "%(n)s disk"\nmsgid_plural "%(n)s disks"\nmsgstr[0] "ディスク%(n)s台"\n'
    write(tmp_path, "one", 'msgid "Server"\nmsgstr "サーバ"\n\n' + plural)
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    """A part of the catalogue."""
    (folder / "parts" / f"{name}.po").write_text(text)


def translations(folder: Path) -> gettext.GNUTranslations:
    """The compiled catalogue, as Django reads it."""
    with (folder / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def test_parts_become_one_catalogue(folder: Path):
    write(folder, "two", 'msgctxt "verb"\nmsgid "Open"\nmsgstr "開く"\n')

    catalogue.compile_to_mo(catalogue.merged()[0])

    compiled = translations(folder)
    assert compiled.gettext("Server") == "サーバ"
    assert compiled.ngettext("%(n)s disk", "%(n)s disks", 3) == "ディスク%(n)s台"
    assert compiled.pgettext("verb", "Open") == "開く"


def test_what_was_merged_stays_when_its_part_is_gone(folder: Path):
    catalogue.write(catalogue.merged()[0])
    (folder / "parts" / "one.po").unlink()

    merged, complaints = catalogue.merged()

    assert {catalogue.key(message)[1] for message in merged if message.id} == {"%(n)s disk", "Server"}
    assert complaints == []


def test_a_part_corrects_what_was_merged_before(folder: Path):
    catalogue.write(catalogue.merged()[0])
    write(folder, "one", 'msgid "Server"\nmsgstr "サーバー"\n')

    merged, complaints = catalogue.merged()

    assert (merged["Server"].string, complaints) == ("サーバー", [])


def test_parts_that_contradict_each_other_are_named(folder: Path):
    write(folder, "two", 'msgid "Server"\nmsgstr "サーバー"\n')

    with pytest.raises(CommandError, match=r"'Server': one\.po and two\.po"):
        call_command("messages", "--check")


def test_a_translation_that_loses_a_placeholder_is_named(folder: Path):
    write(folder, "two", 'msgid "%(count)s items"\nmsgstr "件"\n')

    assert catalogue.merged()[1] == ["two.po: the placeholders of '%(count)s items' and its translation differ"]


def test_a_change_of_a_part_is_compiled_at_the_next_start(folder: Path):
    catalogue.compile_stale()
    write(folder, "one", 'msgid "Server"\nmsgstr "サーバー"\n')

    catalogue.compile_stale()

    assert translations(folder).gettext("Server") == "サーバー"


def test_django_reads_what_is_compiled_after_it_has_looked(folder: Path, monkeypatch: pytest.MonkeyPatch, settings):
    """As on a fresh machine, where the demo is seeded by the process that compiles."""
    monkeypatch.setattr(catalogue, "MO", folder / "ja" / "LC_MESSAGES" / "django.mo")
    settings.LOCALE_PATHS = [folder]
    write(folder, "two", 'msgid "Veranda"\nmsgstr "縁側"\n')
    translation.activate("ja")
    assert translation.gettext("Veranda") == "Veranda"

    catalogue.compile_stale()

    assert translation.gettext("Veranda") == "縁側"


def test_strings_are_found_in_code_and_in_templates():
    found = {(path.suffix, text) for path, _, (_, text) in catalogue.used()}

    assert {(".py", "Panel"), (".html", "Skip to the content")} <= found


def test_every_string_has_a_japanese_translation():
    merged, complaints = catalogue.merged()

    assert (complaints, list(catalogue.missing(merged))) == ([], [])
