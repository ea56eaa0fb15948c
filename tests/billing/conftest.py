"""Servers that several tests of money need, and what must hold after each of them."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection

from billing.payments.drivers.simulated import Simulated
from billing.reconciliation.comparing import compare
from tests.servers import localstripe

LONG_AGO, FAR = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def stripe_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A localstripe of this session's own."""
    with localstripe.serve(tmp_path_factory.mktemp("localstripe")) as address:
        yield address


@pytest.fixture(autouse=True)
def reconciled(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test the simulated gateway and our books agree; `differs` marks those that make them differ."""
    stripe = "stripe" in request.fixturenames
    uses = "db" in request.fixturenames and not stripe and not request.node.get_closest_marker("differs")
    if uses:
        request.getfixturevalue("db")
    yield
    if uses and not connection.needs_rollback:
        found = compare(Simulated().transactions(LONG_AGO), since=LONG_AGO, before=FAR)
        assert [one for one in found.differences if one.kind != "WAITING"] == []
