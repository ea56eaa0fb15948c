"""Chromium without a server: its requests are answered by Django's test client, so that nothing leaves the process."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.test import Client
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.capabilities import need

ORIGIN = "http://localhost"
PASSED = ("accept-encoding", "accept-language", "cookie")


class Desk:
    """One page and what happened on it: addresses asked for, complaints in the console."""

    def __init__(self, page: Page) -> None:
        self.page, self.client = page, Client()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.route("**/*", self.answer)
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def answer(self, route: Route) -> None:
        """What the panel answers, headers included; an address elsewhere is noted and refused."""
        request, address = route.request, urlsplit(route.request.url)
        self.asked.append(request.url)
        if f"{address.scheme}://{address.netloc}" != ORIGIN:
            route.abort()
            return
        headers = {name: value for name, value in request.headers.items() if name in PASSED}
        response = self.client.get(f"{address.path}?{address.query}", headers=headers)
        body = b"".join(response) if response.streaming else response.content
        route.fulfill(status=response.status_code, headers=dict(response.items()), body=body)

    def open(self, path: str) -> Page:
        """Go there and wait until it is quiet."""
        self.page.goto(f"{ORIGIN}{path}")
        return self.page


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium; without one the test ends here."""
    path = need("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def desk(browser: Browser, width: int = 1440, *, theme: str = "light", script: bool = True) -> Iterator[Desk]:
    """A Japanese customer's window, so many CSS pixels wide. theme: light or dark. script: whether JavaScript runs."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if theme == "dark" else "light",
        locale="ja-JP",
        reduced_motion="reduce",
        java_script_enabled=script,
    )
    yield Desk(context.new_page())
    context.close()
