"""Servers that several tests of money need."""

from collections.abc import Iterator

import pytest

from tests.servers import localstripe


@pytest.fixture(scope="session")
def stripe_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A localstripe of this session's own."""
    with localstripe.serve(tmp_path_factory.mktemp("localstripe")) as address:
        yield address
