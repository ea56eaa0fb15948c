"""One Chromium for all tests of a module; none of them touches the database, which Playwright's loop would forbid."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.look.browser import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found
