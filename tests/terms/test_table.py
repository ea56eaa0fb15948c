"""The table of the terms: complete, in order, in both languages, its examples right."""

import re
from datetime import date, timedelta

import pytest
from django.utils import translation

from core import terms
from core.calendar import DAY, Month, period_end

# How many paragraphs each article has; the supplementary provisions are "s".
PARAGRAPHS = {
    "1": 2, "2": 1, "3": 2, "4": 3, "5": 1, "6": 1, "7": 6, "8": 1, "9": 1, "10": 2, "11": 3, "12": 1, "13": 2,
    "14": 1, "15": 1, "16": 1, "17": 1, "18": 1, "19": 1, "20": 1, "21": 1, "22": 1, "23": 1, "24": 3, "25": 1,
    "26": 1, "27": 1, "28": 2, "29": 1, "30": 1, "31": 4, "32": 3, "33": 3, "34": 2, "35": 1, "36": 3, "37": 3,
    "38": 2, "39": 2, "40": 1, "41": 2, "42": 4, "43": 6, "44": 1, "45": 2, "46": 1, "47": 1, "48": 1, "49": 2,
    "50": 4, "51": 1, "52": 5, "53": 2, "54": 1, "55": 3, "56": 1, "57": 2, "58": 1, "59": 1, "60": 2, "61": 1,
    "62": 1, "63": 2, "64": 2, "65": 1, "66": 3, "67": 2, "68": 1, "69": 2, "70": 1, "71": 1, "72": 2, "73": 1,
    "74": 2, "75": 1, "76": 1, "77": 1, "78": 2, "79": 2, "80": 2, "81": 3, "82": 1, "83": 3, "84": 5, "85": 4,
    "s": 2,
}  # fmt: skip
# Accepted one by one when something is ordered, a card is registered or a customer signs up.
CONSENTS = """
    1-1 1-2 4-3 10-2 16-1 19-1 25-1 26-1 27-1 29-1 30-1 31-4 34-2 41-1 41-2 42-1 42-2 42-3 42-4 43-1 43-2 43-3 43-4 43-5
    43-6 44-1 45-1 45-2 46-1 50-4 53-2 57-1 57-2 58-1 59-1 63-1 63-2 64-1 64-2 65-1 66-1 66-2 66-3 69-1 69-2 71-1 72-1
    72-2 79-1 79-2 81-3 83-1 83-2 83-3 85-1 85-2 85-3 85-4
"""
# What must be said before something is ordered.
FEE_NOTICES = "11-3 23-1 24-3 35-1 36-2 36-3 39-2 54-1 55-2 55-3 70-1"


def days(clause: str) -> list[tuple[date, ...]]:
    """The examples of a clause as days."""
    examples = terms.get(clause).examples
    assert examples is not None
    return [tuple(date.fromisoformat(cell) for cell in row) for row in examples.rows]


def test_every_clause_is_there_once_and_in_order():
    assert [clause.id for clause in terms.CLAUSES] == [
        f"{article}-{paragraph}" for article, count in PARAGRAPHS.items() for paragraph in range(1, count + 1)
    ]


def test_the_clauses_to_be_accepted_are_consents():
    assert [clause.id for clause in terms.CLAUSES if terms.CONSENT in clause.kind] == CONSENTS.split()


def test_the_fee_notices_are_shown():
    assert [clause for clause in FEE_NOTICES.split() if terms.NOTICE not in terms.get(clause).kind] == []


def test_an_unknown_clause_is_a_key_error():
    with pytest.raises(KeyError):
        terms.get("7-7")


def test_every_clause_speaks_both_languages():
    kana = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")

    assert [c.id for c in terms.CLAUSES if not all(kana.search(text) for text in (c.title_ja, c.summary_ja))] == []
    assert [c.id for c in terms.CLAUSES if not (c.title_en and c.summary_en)] == []
    assert [c.id for c in terms.CLAUSES if kana.search(c.title_en + c.summary_en + c.explain_en)] == []
    assert [c.id for c in terms.CLAUSES if bool(c.explain_ja) != bool(c.explain_en)] == []


def test_related_clauses_exist_and_know_each_other():
    assert [see for clause in terms.CLAUSES for see in clause.see if terms.get(see) is clause] == []
    assert [clause.id for clause in terms.related(terms.get("37-1"))] == ["35-1", "43-5", "s-2"]
    assert terms.get("37-1") in terms.related(terms.get("s-2"))


@pytest.mark.parametrize(
    "clause, japanese, english",
    [
        ("7-4", "第7条第4項", "Article 7, paragraph 4"),
        ("70-1", "第70条", "Article 70"),
        ("s-2", "附則第2項", "Supplementary provision 2"),
    ],
)
def test_a_clause_is_cited_in_the_readers_language(clause, japanese, english):
    with translation.override("ja"):
        assert terms.label(terms.get(clause)) == japanese
    with translation.override("en"):
        assert terms.label(terms.get(clause)) == english


def test_the_pause_examples_follow_the_calendar():
    assert [(stopped, last, last + DAY) for stopped, last, _over in days("7-3")] == days("7-3")
    assert [period_end(stopped + DAY, 3) for stopped, _last, _over in days("7-3")] == [row[1] for row in days("7-3")]
    assert [period_end(sent + DAY, 1) for sent, _deadline in days("7-4")] == [row[1] for row in days("7-4")]


@pytest.mark.parametrize("clause", ["49-1", "60-1"])
def test_the_term_examples_follow_the_calendar(clause):
    assert [period_end(start, 12) for start, _end in days(clause)] == [row[1] for row in days(clause)]


def test_the_other_date_examples_follow_the_calendar():
    assert [Month.of(start).next.last_day for start, _due in days("13-1")] == [row[1] for row in days("13-1")]
    assert [expiry - timedelta(days=30) for expiry, _last in days("84-2")] == [row[1] for row in days("84-2")]
    assert [(Month.of(day).next if day.day > 20 else Month.of(day)).last_day for day, _end in days("74-1")] == [
        row[1] for row in days("74-1")
    ]


@pytest.mark.parametrize("clause, earliest", [("37-1", Month(1, 1)), ("s-2", Month(2022, 8))])
def test_the_examples_of_silent_sims_follow_the_calendar(clause, earliest):
    examples = terms.get(clause).examples
    assert examples is not None

    for registered, traffic, arises, due in examples.rows:
        silent_from = Month.of(date.fromisoformat(registered))
        if traffic != "–":
            silent_from = Month.of(date.fromisoformat(traffic)).next
        twelfth = max(silent_from, earliest).plus(11)
        assert (arises, due) == (str(twelfth), str(twelfth.next.day(10)))
