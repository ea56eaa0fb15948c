"""`manage.py backup` and `manage.py restore`."""

import os
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from core.operations.models import Operation
from tests.boot.test_worlds import asked
from tests.databases import Database


def kinds() -> list[str]:
    """What is in the outbox."""
    return list(Operation.objects.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def backup(cloned_db: Database, tmp_path: Path) -> Path:
    """A backup of a database with one row, to which another was added later."""
    asked(kind="first")
    call_command("backup", str(tmp_path / "panel.dump"))
    asked(kind="second")
    return tmp_path / "panel.dump"


def test_a_backup_is_for_its_owner_only(backup: Path):
    assert (os.stat(backup).st_mode & 0o777, sorted(os.listdir(backup.parent))) == (0o600, ["panel.dump"])


def test_restore_refuses_a_database_that_is_not_empty(backup: Path):
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(backup))

    assert kinds() == ["first", "second"]


def test_restore_by_force_brings_back_what_was(backup: Path, capfd: pytest.CaptureFixture[str]):
    capfd.readouterr()

    call_command("restore", "--force", str(backup))

    assert capfd.readouterr().out.count("\n") == 1
    assert kinds() == ["first"]
    asked(kind="third")  # sequences and constraints are back as well
    assert kinds() == ["first", "third"]


def test_a_broken_backup_changes_nothing(backup: Path):
    backup.write_bytes(backup.read_bytes()[:-200])

    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("restore", "--force", str(backup))

    assert kinds() == ["first", "second"]


def test_another_file_is_no_backup(backup: Path):
    backup.write_text("SELECT 1;")

    with pytest.raises(CommandError, match="no backup"):
        call_command("restore", "--force", str(backup))


def test_backup_into_a_folder_that_does_not_exist_is_one_sentence(cloned_db: Database, tmp_path: Path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("backup", str(tmp_path / "nowhere" / "panel.dump"))
