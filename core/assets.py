"""The stylesheet, the script and the icons: each one file for browsers, made from small ones without a build step."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.web import gated

STATIC = Path(settings.BASE_DIR) / "static"
# Read by mail(), not by browsers.
MAIL = "mail.css"
TYPES = {"app.css": "text/css", "app.js": "text/javascript", "icons.svg": "image/svg+xml"}
YEAR = 31_536_000


@dataclass(frozen=True)
class Bundle:
    """One file for the browser, ready compressed; its digest is part of its address."""

    digest: str
    plain: bytes
    gzip: bytes
    br: bytes

    @classmethod
    def of(cls, text: str) -> "Bundle":
        """Compress the text and take its digest."""
        plain = text.encode()
        small = brotli.compress(plain, quality=9, mode=brotli.MODE_TEXT)
        return cls(hashlib.sha256(plain).hexdigest()[:12], plain, gzip.compress(plain, mtime=0), small)


def stylesheet() -> str:
    """All stylesheets, tokens first because they name the layers; without comments."""
    files = sorted((STATIC / "css").glob("*.css"), key=lambda path: (path.name != "tokens.css", path.name))
    text = "".join(path.read_text() for path in files if path.name != MAIL)
    return re.sub(r"/\*.*?\*/|^\s+", "", text, flags=re.DOTALL | re.MULTILINE).lstrip()


def script() -> str:
    """htmx and our modules; a block around each keeps its names to itself."""
    htmx = finders.find("django_htmx/htmx-2.min.js")
    ours = sorted((STATIC / "js").glob("*.js"))
    return Path(str(htmx)).read_text() + "".join(f"\n{{\n{path.read_text()}}}" for path in ours)


def icons() -> str:
    """The sprite of icons."""
    return (STATIC / "icons" / "sprite.svg").read_text()


@lru_cache
def bundle(name: str) -> Bundle:
    """The bundle of that name, made once in a process. Raises KeyError for an unknown name."""
    return Bundle.of({"app.css": stylesheet, "app.js": script, "icons.svg": icons}[name]())


@lru_cache
def address(name: str) -> str:
    """Where browsers find a bundle; the address changes with the content."""
    stem, dot, suffix = name.partition(".")
    return reverse("asset", args=[f"{stem}.{bundle(name).digest}{dot}{suffix}"])


@require_safe
def serve(request: HttpRequest, name: str) -> HttpResponse:
    """A bundle. An address of another release gives today's content, not kept by anyone."""
    stem, _, rest = name.partition(".")
    digest, _, suffix = rest.partition(".")
    if f"{stem}.{suffix}" not in TYPES:
        raise Http404
    found, accepts = bundle(f"{stem}.{suffix}"), request.headers.get("Accept-Encoding", "")
    coding = next((coding for coding in ("br", "gzip") if coding in accepts), "")
    body = {"br": found.br, "gzip": found.gzip}.get(coding, found.plain)
    headers = {"Vary": "Accept-Encoding"} | ({"Content-Encoding": coding} if coding else {})
    kept = f"public, max-age={YEAR}, immutable" if digest == found.digest else "no-cache"
    return HttpResponse(body, content_type=TYPES[f"{stem}.{suffix}"], headers=headers | {"Cache-Control": kept})


gated(serve, "public")


@lru_cache
def mail_styles() -> str:
    """The stylesheet of mails with the light value of every token: mail programs know no variables and no rem."""
    tokens = dict(re.findall(r"--([\w-]+): (.+);", (STATIC / "css" / "tokens.css").read_text()))
    light = {name: re.sub(r"light-dark\(([^,]+),.*\)", r"\1", value) for name, value in tokens.items()}
    text = re.sub(r"var\(--([\w-]+)\)", lambda match: light[match[1]], (STATIC / "css" / MAIL).read_text())
    return re.sub(r"([\d.]+)rem", lambda match: f"{float(match[1]) * 16:g}px", text)
