"""The texts that customers accept."""

from accounts.consents import SIGN_UP, library
from core import terms
from core.terms.source import in_brackets

TEXTS = list(library.texts())


def test_sign_up_and_card_registration_have_their_texts():
    assert {*SIGN_UP, "card-hold"} <= {text.code for text in TEXTS}


def test_every_text_names_the_same_clauses_in_both_languages():
    for text in TEXTS:
        named = {language: list(in_brackets(words["body"])) for language, words in text.texts.items()}
        assert set(named) == {"ja", "en"}
        assert named["ja"] == named["en"]


def test_no_text_came_into_force_before_the_terms():
    assert [text.code for text in TEXTS if text.effective_on < terms.EFFECTIVE_ON] == []
