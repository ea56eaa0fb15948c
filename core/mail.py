"""Mails in HTML and in text, from two templates; the styles are written into the HTML, as mail programs need it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import css_inline
from django.template.loader import render_to_string

from core import assets


@dataclass(frozen=True)
class Mail:
    """The two bodies of one mail."""

    html: str
    text: str


@lru_cache
def inliner() -> css_inline.CSSInliner:
    """Writes our rules into style attributes; loads nothing from anywhere."""
    return css_inline.CSSInliner(extra_css=assets.mail_styles(), load_remote_stylesheets=False)


def render(name: str, context: Mapping[str, Any]) -> Mail:
    """Both bodies in the active language. name: "mail/notice" for templates/mail/notice.{html,txt}."""
    values = dict(context)
    return Mail(inliner().inline(render_to_string(f"{name}.html", values)), render_to_string(f"{name}.txt", values))
