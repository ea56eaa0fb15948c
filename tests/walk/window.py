"""A customer's window on a running panel, in a real browser, and what a customer does in it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from playwright.sync_api import Locator, Page

from tests.live import Panel
from tests.look.browser import chromium

CANCELLED = "net::ERR_ABORTED"  # by the browser itself, on its way to another page


@contextmanager
def window(panel: Panel, monkeypatch: pytest.MonkeyPatch, *, scripted: bool = True) -> Iterator[Page]:
    """A window without cookies; any complaint of the browser or request to elsewhere fails the test.

    scripted: whether JavaScript runs.
    """
    # Playwright keeps an event loop in this thread, in which Django would refuse to ask its database.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    wrong: list[str] = []
    cancelled: list[str] = []
    with chromium() as browser:
        context = browser.new_context(locale="ja-JP", java_script_enabled=scripted, base_url=panel.url)
        context.set_default_timeout(10_000)
        page = context.new_page()
        connections.close_all()  # in Playwright's loop another test may have left one to a database that is gone
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("requestfailed", lambda sent: cancelled.append(sent.url) if sent.failure == CANCELLED else None)
        page.on("request", lambda sent: wrong.append(sent.url) if not sent.url.startswith(panel.url) else None)
        yield page
        context.close()
        connections.close_all()
    assert unexplained(wrong, len(cancelled)) == []


def unexplained(complaints: list[str], cancelled: int) -> list[str]:
    """The complaints that stay when, for each request that going to the next page cancelled, htmx may have told of it.

    htmx says such things of a request without an answer; of one that the server failed to answer nothing is excused.
    """
    excused = dict.fromkeys(["htmx:afterRequest", "htmx:sendAbort", "htmx:sendError"], cancelled)
    rest = []
    for text in complaints:
        event = text.partition(",")[0]
        if excused.get(event, 0):
            excused[event] -= 1
        else:
            rest.append(text)
    return rest


def send(page: Page, button: Locator) -> None:
    """Press a button that sends a form, and wait for the page that answers."""
    with page.expect_navigation():
        button.click()


def until(page: Page, text: str, *, scripted: bool) -> None:
    """Wait for a text: the page refreshes itself, or is reloaded as one does without JavaScript."""
    deadline = time.monotonic() + 30
    while not page.get_by_text(text).first.is_visible():
        assert time.monotonic() < deadline, f"{text!r} never came:\n{page.inner_text('main')}"
        time.sleep(0.5)
        if not scripted:
            page.reload()


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in on the page for it."""
    page.goto("/account/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", password)
    send(page, page.locator("main form button.primary").first)
