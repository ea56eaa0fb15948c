"""Fixtures and rules for all tests."""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation
from pytest_django import DjangoDbBlocker

from tests import databases, live

pytest_plugins = ["tests.cast", "tests.servers.receiver"]
COUNTED = ("faults", "lost", "doubled", "unknown")


def pytest_configure(config: pytest.Config) -> None:
    """Compile the Japanese catalogue once, before Django reads it."""
    if not hasattr(config, "workerinput"):
        from config import catalogue

        catalogue.compile_stale()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long runs are for `manage.py test --full`."""
    if not os.environ.get("ENGAWA_FULL"):
        for item in items:
            if item.get_closest_marker("full"):
                item.add_marker(pytest.mark.skip(reason="a long run: manage.py test --full"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What the tests of faults counted: injected, lost, doubled, and of unknown outcome (record_property)."""
    counted: Counter[str] = Counter()
    for report in (*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ())):
        if report.when == "call":
            counted.update({name: value for name, value in report.user_properties if name in COUNTED})
    if counted:
        terminalreporter.write_line(", ".join(f"{name} {counted[name]}" for name in COUNTED))


@pytest.fixture(autouse=True)
def japanese() -> Iterator[None]:
    """Every test begins in Japanese, whatever language the one before it was answered in."""
    translation.activate("ja")
    yield
    translation.activate("ja")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_modify_db_settings: None,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """The migrated test database, also when only tests with databases of their own run: those have no mark."""
    keep = django_db_keepdb and not django_db_createdb
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=[], keepdb=keep)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


@pytest.fixture
def cloned_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[databases.Database]:
    """A committed copy of the test database for tests with threads, processes or kills."""
    with django_db_blocker.unblock(), databases.clone() as database:
        yield database


@pytest.fixture(scope="module")
def live_panel(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[live.Panel]:
    """The panel behind a real port, with a database and a worker of its own; shared by the tests of a module."""
    data = tmp_path_factory.mktemp("panel")
    with django_db_blocker.unblock(), databases.clone() as database, live.panel(database, data) as panel:
        yield panel
