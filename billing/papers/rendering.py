"""Setting a paper with typst: tagged, its font embedded, its text selectable."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path

import typst
from django.utils import translation

from billing.papers.contents import contents
from billing.papers.models import Paper

FOLDER = Path(__file__).parent


@cache
def fonts() -> typst.Fonts:
    """The embedded font, read once per process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER / "fonts")])


def render(paper: Paper, language: str, *, as_of: datetime) -> bytes:
    """The paper as a tagged PDF. as_of: tell of payments and credit until then."""
    with translation.override(language):
        data = contents(paper, as_of=as_of)
    return typst.compile(
        FOLDER / "paper.typ",
        font_paths=fonts(),
        sys_inputs={"data": json.dumps({**data, "language": language}, ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=int(paper.issued_at.timestamp()),
    )
