"""Every page of the demo customer, found by its route: it answers, fits the window, and axe finds nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from accounts.organisations.models import Organisation
from accounts.users.models import User
from config import pictures
from config.demo.people import CUSTOMER
from config.management.commands.screenshots import session_of
from tests import databases, live

pytestmark = pytest.mark.browser
# The normal run sees each width in one theme; --full sees all four.
WINDOWS = [
    (1440, "light"),
    (390, "dark"),
    pytest.param(1440, "dark", marks=pytest.mark.full),
    pytest.param(390, "light", marks=pytest.mark.full),
]


@dataclass(frozen=True)
class Demo:
    """A panel with the demo customer: where it is, their session, and every page by the name of its route."""

    url: str
    session: str
    pages: dict[str, str]


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """A panel whose database has 14 months of history. It asks nothing of the database in the browser's presence."""
    data = tmp_path_factory.mktemp("panel")
    with django_db_blocker.unblock(), databases.clone() as database:
        call_command("seed_demo", verbosity=0)
        pages = dict(pictures.pages(Organisation.objects.order_by("pk")[0]))
        session = session_of(User.objects.get(email=CUSTOMER))
        with live.panel(database, data) as panel:
            yield Demo(panel.url, session, pages)


@pytest.mark.parametrize("width, theme", WINDOWS)
def test_every_page_answers_fits_and_is_accessible(demo: Demo, browser: Browser, width: int, theme: Any) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, locale="ja-JP", reduced_motion="reduce"
    )
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": demo.session, "url": demo.url}])
    page, asked, complaints, wrong = context.new_page(), [], [], []
    page.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for name, address in demo.pages.items():
        answer = context.request.get(demo.url + address)
        if answer.status == 405 or "html" not in answer.headers.get("content-type", ""):
            continue  # a verb or a download, not a page
        page.goto(demo.url + address)
        violations = Axe().run(page).response["violations"]
        found = [(one["id"], [node["target"] for node in one["nodes"]]) for one in violations]
        shown = page.evaluate("document.documentElement.scrollWidth")
        if (answer.status, found, shown) != (404 if name == "not_found" else 200, [], width) or "login" in page.url:
            wrong.append((name, page.url, answer.status, found, shown))
    context.close()

    assert wrong == []
    assert [text for text in complaints if "404" not in text] == []
    assert set(asked) == {urlsplit(demo.url).netloc}
    assert len(demo.pages) > 50
