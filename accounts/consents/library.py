"""The texts people accept, one file per version and language: texts/<code>/<version>.<language>.md.

The first line is "# title", the second "effective: YYYY-MM-DD"; the rest is the body, paragraphs apart by empty lines.
A file is never edited once its version is in force: a change is a new version.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("ja", "en")


@dataclass(frozen=True)
class Text:
    """One version of a document as the files have it, in all its languages."""

    code: str
    version: int
    effective_on: date
    texts: dict[str, dict[str, str]]

    @property
    def hashes(self) -> dict[str, str]:
        return {language: sha256_of(text) for language, text in self.texts.items()}


def sha256_of(text: dict[str, str]) -> str:
    """SHA-256 of what was shown: title, a line end, body; UTF-8."""
    return hashlib.sha256(f"{text['title']}\n{text['body']}".encode()).hexdigest()


def texts(folder: Path = FOLDER) -> Iterator[Text]:
    """All versions of all documents, oldest first. Raises ValueError for a file that isn't as it must be."""
    for path in sorted(folder.glob("*/*.ja.md"), key=lambda p: (p.parent.name, int(p.name.split(".")[0]))):
        version = int(path.name.split(".")[0])
        files = {lang: path.with_name(f"{version}.{lang}.md") for lang in LANGUAGES}
        parsed = {lang: parse(file.read_text("utf-8")) for lang, file in files.items() if file.exists()}
        days = {day for day, _text in parsed.values()}
        if len(days) != 1:
            raise ValueError(f"{path}: its languages differ in the effective day")
        yield Text(path.parent.name, version, days.pop(), {lang: text for lang, (_day, text) in parsed.items()})


def parse(source: str) -> tuple[date, dict[str, str]]:
    """The effective day, and title and body, of one file."""
    title, effective, body = source.split("\n", 2)
    if not (title.startswith("# ") and effective.startswith("effective: ")):
        raise ValueError(f"a text starts with '# title' and 'effective: YYYY-MM-DD': {source[:80]!r}")
    day = date.fromisoformat(effective.removeprefix("effective: ").strip())
    return day, {"title": title[2:].strip(), "body": body.strip()}
