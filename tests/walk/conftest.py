"""A panel of its own for each walk: a month is closed once, and each walk closes it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests import databases, live


@pytest.fixture
def live_panel(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> Iterator[live.Panel]:
    """The panel behind a real port, with a database and a worker that no other test has."""
    with django_db_blocker.unblock(), databases.clone() as database, live.panel(database, tmp_path) as panel:
        yield panel
