"""`manage.py screenshots DIR`: a picture of every page, so that a person can look at them."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from accounts.members.models import Member
from accounts.users.models import User
from config import pictures
from config.demo.people import CUSTOMER
from config.engines.home import ROOT

WIDTHS = {"desk": 1440, "phone": 390}


class Command(BaseCommand):
    """Needs Chromium (apt-get install chromium fonts-noto-cjk) and the development requirements."""

    help = "Make a picture of every page in DIR, at 1440 and 390 px, light and dark."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR")
        parser.add_argument("--url", help="a panel that runs on this database; started here when missing")
        parser.add_argument("--language", default="ja", choices=["ja", "en"])
        parser.add_argument("--only", default="", help="names of pages, separated by commas")

    def handle(self, *args: Any, **options: Any) -> None:
        """One PNG a page, width and theme: servers-desk-dark.png."""
        user = User.objects.filter(email=CUSTOMER).first()
        if user is None:
            raise CommandError("There is no demo customer in this database: run `manage.py seed_demo` first.")
        member = Member.objects.select_related("organisation").filter(user=user).order_by("pk")[0]
        wanted = set(filter(None, options["only"].split(",")))
        pages = [page for page in pictures.pages(member.organisation) if not wanted or page[0] in wanted]
        entrances = [(name, reverse(name)) for name in pictures.ENTRANCES if not wanted or name in wanted]
        pages += [(name, reverse(name)) for name in pictures.ALLAUTH if not wanted or name in wanted]
        options["directory"].mkdir(parents=True, exist_ok=True)
        User.objects.filter(pk=user.pk).update(language=options["language"])
        with panel(options["url"]) as url, browser() as chromium:
            for width, pixels in WIDTHS.items():
                for theme in ("light", "dark"):
                    camera = Camera(chromium, url, options["directory"], f"{width}-{theme}", pixels, theme)
                    camera.look(entrances, options["language"])
                    camera.look(pages, options["language"], session_of(user))
        self.stdout.write(f"{len(list(options['directory'].glob('*.png')))} pictures in {options['directory']}")


class Camera:
    """A browser of one width and theme."""

    def __init__(self, chromium: Any, url: str, directory: Path, suffix: str, width: int, theme: str) -> None:
        self.chromium, self.url, self.directory, self.suffix = chromium, url, directory, suffix
        self.width, self.theme = width, theme

    def look(self, pages: list[tuple[str, str]], language: str, session: str = "") -> None:
        """Make a picture of each page, signed in when there is a session."""
        size = {"width": self.width, "height": 900}
        context = self.chromium.new_context(viewport=size, color_scheme=self.theme, locale=language)
        cookies = {settings.LANGUAGE_COOKIE_NAME: language, settings.SESSION_COOKIE_NAME: session}
        context.add_cookies([{"name": k, "value": v, "url": self.url} for k, v in cookies.items() if v])
        page = context.new_page()
        for name, address in pages:
            answer = context.request.get(self.url + address)
            if answer.status == HTTPStatus.METHOD_NOT_ALLOWED or "html" not in answer.headers.get("content-type", ""):
                continue  # a verb or a download, not a page
            page.goto(self.url + address)
            page.screenshot(path=self.directory / f"{name}-{self.suffix}.png", full_page=True)
        context.close()


def session_of(user: User) -> str:
    """The key of a new session in which the user is signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


@contextmanager
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise CommandError("Chromium is missing: apt-get install chromium fonts-noto-cjk")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@contextmanager
def panel(url: str | None) -> Iterator[str]:
    """The panel at the address, or one of our own on a free port of the loopback address."""
    if url:
        yield url
        return
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        url = f"http://localhost:{listener.getsockname()[1]}"
        command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "--bind", f"fd://{listener.fileno()}"]
        web = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"BASE_URL": url}, pass_fds=[listener.fileno()])
        try:
            for _ in range(100):
                try:
                    urllib.request.urlopen(f"{url}/healthz", timeout=5)  # noqa: S310  our own address
                    break
                except (urllib.error.URLError, OSError):
                    time.sleep(0.2)
            yield url
        finally:
            web.terminate()
            web.wait(timeout=10)
