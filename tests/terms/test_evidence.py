"""How the source names clauses, on small trees of files."""

from pathlib import Path

import pytest

from core import terms
from core.terms.evidence import Evidence
from core.terms.source import in_brackets


def tree(root: Path, files: dict[str, str]) -> Evidence:
    """The evidence of a folder with the apps "billing" and "compute" and these files."""
    for name, content in {"billing/apps.py": "", "compute/apps.py": "", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return Evidence.of(root)


@pytest.mark.parametrize(
    "text, clauses",
    [
        ("It stops (7-2).", ["7-2"]),
        ("(7-4, AM-5)", ["7-4"]),
        ("(49-2 and 60-2; AM-10)", ["49-2", "60-2"]),
        ("（7-1、s-1）", ["7-1", "s-1"]),
        ("as 7-1 says", []),
        ("(see 7-1)", []),
        ("between (2026-01-31) and (0-5)", []),
    ],
)
def test_a_text_names_clauses_in_round_brackets(text, clauses):
    assert list(in_brackets(text)) == clauses


@pytest.mark.parametrize(
    "code, place",
    [
        ('"""Pauses (7-3)."""', "compute.x"),
        ('class A:\n    """One (7-3)."""', "compute.x.A"),
        ('class A:\n    def b(self):\n        """Two (7-3)."""', "compute.x.A.b"),
        ('def f():\n    raise Refused("no", clause="7-3")', "compute.x.f"),
        ('def f(a):\n    raise Refused("no", clause="7-3" if a else "")', "compute.x.f"),
        ('S = Service(clauses=("7-3",))', "compute.x"),
        ('S = Service(business_use="7-3")', "compute.x"),
        ('class A:\n    clause: str = "7-3"', "compute.x.A"),
        ('ROWS = [{"clause": "7-3"}]', "compute.x"),
    ],
)
def test_code_keeps_a_clause_that_it_names(tmp_path, code, place):
    assert tree(tmp_path, {"compute/x.py": code}).keepers(terms.get("7-3")) == [place]


@pytest.mark.parametrize("code", ["# (7-3)", 'A = "7-3"', 'def f():\n    return "(7-3)"', 'clause = Field("7-3")'])
def test_other_mentions_keep_nothing(tmp_path, code):
    assert tree(tmp_path, {"compute/x.py": code}).kept == ()


def test_an_option_is_kept_by_the_app_that_sells_it(tmp_path):
    evidence = tree(tmp_path, {"billing/x.py": '"""Whole months (11-3)."""'})

    assert evidence.keepers(terms.get("11-3")) == []
    assert "code that names it" in evidence.lacking(terms.get("11-3"))


def test_code_keeps_the_clauses_of_a_document_it_asks_for(tmp_path):
    evidence = tree(
        tmp_path,
        {
            "compute/services.py": 'PEER = Service(consents=("peer",))',
            "accounts/consents/texts/peer/1.ja.md": "# Peer\n（19-1）",
            "accounts/consents/texts/peer/1.en.md": "# Peer\n(19-1)",
        },
    )

    assert evidence.keepers(terms.get("19-1")) == ["compute.services"]
    assert evidence.lacking(terms.get("19-1")) == ["a test marked with it"]


def test_a_consent_must_stand_in_every_language_of_the_newest_version(tmp_path):
    evidence = tree(
        tmp_path,
        {
            "accounts/consents/texts/peer/1.ja.md": "（19-1）",
            "accounts/consents/texts/peer/1.en.md": "(19-1)",
            "accounts/consents/texts/peer/2.ja.md": "（19-1、29-1）",
            "accounts/consents/texts/peer/2.en.md": "(29-1)",
        },
    )

    assert [named.clause for named in evidence.agreed] == ["29-1"]


@pytest.mark.parametrize(
    "code",
    [
        '@pytest.mark.terms("7-3")\ndef test_a(): ...',
        '@pytest.mark.terms("7-1", "7-3")\nclass TestA: ...',
        'pytestmark = [pytest.mark.django_db, pytest.mark.terms("7-3")]',
        '@pytest.mark.parametrize("a", [pytest.param(1, marks=pytest.mark.terms("7-3"))])\ndef test_a(a): ...',
    ],
)
def test_a_marked_test_proves_a_clause(tmp_path, code):
    assert tree(tmp_path, {"tests/x/test_a.py": code}).proofs(terms.get("7-3")) == ["tests/x/test_a.py"]


@pytest.mark.parametrize(
    "code",
    [
        '@pytest.mark.skip\n@pytest.mark.terms("7-3")\ndef test_a(): ...',
        '@pytest.mark.xfail(strict=True)\n@pytest.mark.terms("7-3")\ndef test_a(): ...',
        '@pytest.mark.terms("7-3")\ndef helper(): ...',
        '"""All of (7-3)."""\ndef test_7_3(): ...',
    ],
)
def test_what_never_runs_proves_nothing(tmp_path, code):
    assert tree(tmp_path, {"tests/test_a.py": code}).proven == ()


def test_a_page_shows_a_notice(tmp_path):
    evidence = tree(tmp_path, {"templates/help.html": '<p>{% clause "8-1" %}</p>'})

    assert evidence.lacking(terms.get("8-1")) == []
    assert evidence.proofs(terms.get("8-1")) == ["templates/help.html"]


def test_the_style_guide_and_variables_show_nothing(tmp_path):
    samples, variable = '{% clause "8-1" %}', "{% clause line.clause %}"

    evidence = tree(tmp_path, {"templates/styleguide/words.html": samples, "templates/help.html": variable})

    assert evidence.shown == ()
    assert evidence.lacking(terms.get("8-1")) == ["a page that shows it"]


def test_each_kind_asks_for_its_own_proof(tmp_path):
    evidence = tree(tmp_path, {})

    assert evidence.lacking(terms.get("7-3")) == ["code that names it", "a test marked with it"]
    assert evidence.lacking(terms.get("1-1")) == ["code that names it", "a consent text that names it"]
    assert evidence.lacking(terms.get("8-1")) == ["a page that shows it"]
    assert evidence.lacking(terms.get("4-3")) == [
        "code that names it",
        "a test marked with it",
        "a consent text that names it",
    ]


def test_an_unknown_clause_is_found_wherever_it_is_named(tmp_path):
    evidence = tree(
        tmp_path,
        {
            "compute/x.py": '"""Pauses (7-9)."""',
            "tests/test_a.py": '@pytest.mark.terms("86-1")\ndef test_a(): ...',
            "templates/help.html": '{% clause "8-2" %}',
            "accounts/consents/texts/peer/1.ja.md": "（19-2）",
        },
    )

    assert [(named.clause, named.place) for named in evidence.unknown()] == [
        ("7-9", "compute.x"),
        ("86-1", "tests/test_a.py"),
        ("19-2", "accounts/consents/texts/peer/1"),
        ("8-2", "templates/help.html"),
    ]
