"""Where the source names clauses. Files are read, never imported or run.

Code names a clause in a docstring in round brackets, "(7-2)" or "(7-4, AM-5)"; in an argument, field or key
`clause="7-1"`, `clauses=(...)` or `business_use="34-2"`; or by asking for a document, `consents=("card-hold",)`, whose
text names it.
A test names it in `@pytest.mark.terms("7-3")`, a consent text in round brackets, a page in `{% clause "8-1" %}`.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

CLAUSE = re.compile(r"(?:[1-9][0-9]?|s)-[1-9][0-9]?")
BRACKETS = re.compile(r"[(（]([^()（）]*)[)）]")
SEPARATORS = re.compile(r"[,;、・]|\band\b|\bto\b")
TAG = re.compile(r"""\{%\s*clause\s+["']([^"']*)["']""")
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
TEXTS = "accounts/consents/texts"


class Named(NamedTuple):
    """A clause and the place that names it: the dotted name of the code, or a path."""

    clause: str
    place: str


def in_brackets(text: str) -> Iterator[str]:
    """The clauses that a text names in round brackets, alone or in a list."""
    for group in BRACKETS.findall(text):
        yield from filter(CLAUSE.fullmatch, (part.strip() for part in SEPARATORS.split(group)))


def kept(root: Path) -> Iterator[Named]:
    """What the code of the apps names, except the table of the terms itself."""
    documents = {Path(place).parent.name: clauses for place, clauses in _documents(root)}
    for path in sorted(path for app in root.glob("*/apps.py") for path in app.parent.rglob("*.py")):
        inside = path.relative_to(root)
        if "migrations" in inside.parts or inside.parts[:2] == ("core", "terms"):
            continue
        module = ".".join(inside.with_suffix("").parts).removesuffix(".__init__")
        for node, place in _scoped(ast.parse(path.read_text("utf-8")), module):
            yield from (Named(clause, place) for clause in _named_by(node, documents))


def proven(root: Path) -> Iterator[Named]:
    """What the tests are marked with; a skipped test or one expected to fail proves nothing."""
    for path in sorted((root / "tests").rglob("test_*.py")):
        for node, _place in _scoped(ast.parse(path.read_text("utf-8")), ""):
            marks = list(_marks(node))
            if not any(_is_mark(mark, "skip", "xfail") for mark in marks):
                calls = (mark for mark in marks if isinstance(mark, ast.Call) and _is_mark(mark.func, "terms"))
                for clause in (clause for call in calls for clause in _strings(ast.Tuple(call.args))):
                    yield Named(clause, path.relative_to(root).as_posix())


def agreed(root: Path) -> Iterator[Named]:
    """What the newest version of each consent document names, in every language it has."""
    return (Named(clause, place) for place, clauses in _documents(root) for clause in clauses)


def shown(root: Path) -> Iterator[Named]:
    """What pages show by name; the samples of the style guide don't count."""
    for path in sorted({*root.glob("templates/**/*.html"), *root.glob("*/templates/**/*.html")}):
        place = path.relative_to(root).as_posix()
        if "styleguide" not in place:
            yield from (Named(clause, place) for clause in TAG.findall(path.read_text("utf-8")))


def _scoped(node: ast.AST, place: str) -> Iterator[tuple[ast.AST, str]]:
    """The node and every node below it, each with the dotted name of the definition it belongs to."""
    yield node, place
    for child in ast.iter_child_nodes(node):
        yield from _scoped(child, f"{place}.{child.name}" if isinstance(child, DEFINITIONS) else place)


def _named_by(node: ast.AST, documents: dict[str, set[str]]) -> Iterator[str]:
    """The clauses that one node of the code names."""
    match node:
        case ast.Module() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield from in_brackets(ast.get_docstring(node) or "")
        case (
            ast.keyword(arg="clause" | "clauses" | "business_use", value=value)
            | ast.Assign(targets=[ast.Name(id="clause" | "clauses")], value=value)
            | ast.AnnAssign(target=ast.Name(id="clause" | "clauses"), value=ast.expr() as value)
        ):
            yield from _strings(value)
        case ast.keyword(arg="consents", value=value):
            for code in _strings(value):
                yield from sorted(documents.get(code, ()))
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "clause":
                    yield from _strings(value)


def _strings(node: ast.expr) -> list[str]:
    """The non-empty texts written in a constant, a list of constants or a choice between them."""
    match node:
        case ast.Constant(value=str() as text):
            return [text] if text else []
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return [text for part in parts for text in _strings(part)]
        case ast.IfExp(body=body, orelse=orelse):
            return _strings(body) + _strings(orelse)
        case _:
            return []


def _marks(node: ast.AST) -> Iterable[ast.AST]:
    """All nodes of the marks that a test, a class of tests or a module of tests carries."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() if node.name.lower().startswith("test"):
            found: list[ast.expr] = node.decorator_list
        case ast.Assign(targets=[ast.Name(id="pytestmark")], value=value):
            found = [value]
        case _:
            return ()
    return (inner for mark in found for inner in ast.walk(mark))


def _is_mark(node: ast.AST, *names: str) -> bool:
    """Whether the node is `pytest.mark.<one of the names>`."""
    return isinstance(node, ast.Attribute) and node.attr in names and ast.unparse(node.value) == "pytest.mark"


def _documents(root: Path) -> Iterator[tuple[str, set[str]]]:
    """The newest version of each consent document, as its path without language, and the clauses it names."""
    for folder in sorted(path for path in (root / TEXTS).glob("*") if path.is_dir()):
        newest = max(int(path.name.partition(".")[0]) for path in folder.glob("*.md"))
        texts = [set(in_brackets(path.read_text("utf-8"))) for path in folder.glob(f"{newest}.*.md")]
        yield f"{TEXTS}/{folder.name}/{newest}", set.intersection(*texts)
