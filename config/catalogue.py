"""The Japanese catalogue: source strings are English; `locale/ja/parts/*.po` and `django.po` hold their translations.

Babel reads, merges, extracts and compiles, so no gettext tools are needed. The compiled `.mo` is never in git.
"""

import gettext
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings
from django.utils import translation
from django.utils.translation import trans_real
from django.utils.translation.template import templatize

FOLDER = settings.BASE_DIR / "locale" / "ja"
PO = FOLDER / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = (
    'msgid ""\nmsgstr ""\n"Language: ja\\n"\n"MIME-Version: 1.0\\n"\n'
    '"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
)
PLACEHOLDER = re.compile(r"%\(\w+\)|%[sd]|\{\w*\}")
Key = tuple[str | None, str]  # context, msgid (the singular)


def sources() -> list[Path]:
    """The files to read: `django.po`, then the parts by name."""
    return [path for path in [PO, *sorted((FOLDER / "parts").glob("*.po"))] if path.exists()]


def merged() -> tuple[Catalog, list[str]]:
    """All translations in one catalogue, sorted, and complaints about parts that contradict each other.

    A part wins over `django.po`, where earlier merges have put it.
    """
    found: dict[Key, tuple[Path, Message]] = {}
    complaints = []
    for path in sources():
        with path.open("rb") as file:
            messages = [message for message in read_po(file, locale="ja") if message.id and message.string]
        for message in messages:
            rival = found.get(key(message))
            if rival and rival[0] != PO and rival[1].string != message.string:
                complaints.append(f"{key(message)[1]!r}: {rival[0].name} and {path.name} translate it differently")
            complaints += [f"{path.name}: {error}" for error in placeholders(message)]
            found[key(message)] = path, message
    catalogue = Catalog(locale="ja", project="Engawa", fuzzy=False)
    for _, message in (found[each] for each in sorted(found, key=lambda each: (each[1], each[0] or ""))):
        catalogue.add(message.id, message.string, context=message.context)
    return catalogue, complaints


def key(message: Message) -> Key:
    """What identifies a message."""
    return message.context, forms(message.id)[0]


def placeholders(message: Message) -> list[str]:
    """A complaint when the translation does not have the placeholders of its source."""
    wanted = [set(PLACEHOLDER.findall(form)) for form in forms(message.id)]
    good = all(set(PLACEHOLDER.findall(form)) in wanted for form in forms(message.string))
    return [] if good else [f"the placeholders of {key(message)[1]!r} and its translation differ"]


def forms(text: str | Sequence[str] | None) -> list[str]:
    """Singular and plural of a message."""
    return [text] if isinstance(text, str) else list(text or ())


def write(catalogue: Catalog) -> None:
    """Write `django.po`: sorted, without dates and places, so that two branches merge."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    write_po(text, catalogue, width=0, no_location=True, omit_header=True)
    PO.write_text(HEADER + text.getvalue().decode())


def compile_stale() -> None:
    """Compile the catalogue when a source is newer than the last result."""
    newest = max((path.stat().st_mtime for path in sources()), default=0)
    if sources() and (not MO.exists() or MO.stat().st_mtime <= newest):
        compile_to_mo(merged()[0])


def compile_to_mo(catalogue: Catalog) -> None:
    """Write `django.mo`, whole or not at all."""
    MO.parent.mkdir(parents=True, exist_ok=True)
    draft = MO.with_suffix(".mo.new")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(MO)
    reread()


def reread() -> None:
    """Have Django read the catalogue anew; on a fresh machine it has looked for one before there was any."""
    language = translation.get_language()
    gettext._translations.clear()  # type: ignore[attr-defined]
    trans_real._translations, trans_real._default = {}, None  # type: ignore[attr-defined]
    if language:
        translation.activate(language)


def missing(catalogue: Catalog) -> Iterator[str]:
    """Every source string without a Japanese translation, as "file:line: string"."""
    known = {key(message) for message in catalogue if message.id}
    seen: set[Key] = set()
    for path, line, wanted in used():
        if wanted not in known and wanted not in seen:
            seen.add(wanted)
            yield f"{path.relative_to(settings.BASE_DIR)}:{line}: {wanted[1]}"


def used() -> Iterator[tuple[Path, int, Key]]:
    """Every translatable string of our code and templates: file, line, key."""
    for path, code in code_of_files():
        file = io.BytesIO(code.encode())
        for line, found, _, context in extract("python", file, KEYWORDS, options={"encoding": "utf-8"}):
            msgid = found if isinstance(found, str) else found[0]
            if msgid:
                yield path, line, (context, msgid)


def code_of_files() -> Iterator[tuple[Path, str]]:
    """Our Python files, and our templates as Django turns them into Python for xgettext."""
    ours = [Path(each.path) for each in apps.get_app_configs() if Path(each.path).parent == settings.BASE_DIR]
    for folder in ours:
        for path in sorted(folder.rglob("*.py")):
            yield path, path.read_text()
    for folder in [settings.BASE_DIR / "templates", *(folder / "templates" for folder in ours)]:
        for path in sorted(path for path in folder.rglob("*") if path.suffix in {".html", ".txt"}):
            # Without indentation: what is left of a page has none that makes sense to Python's tokenizer.
            yield path, re.sub(r"(?m)^[ \t]+", "", templatize(path.read_text(), str(path)))
