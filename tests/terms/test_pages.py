"""The terms in plain words, as a visitor without an account reads them."""

import re
from urllib.parse import urlsplit

import pytest

from core import terms


@pytest.fixture
def japanese(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "ja"
    return client


@pytest.fixture
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_the_list_names_every_clause_and_the_versions(japanese):
    page = japanese.get("/terms/").content.decode()

    assert [clause.id for clause in terms.CLAUSES if f'href="/terms/{clause.id}"' not in page] == []
    assert [section.slug for section in terms.SECTIONS if f'id="{section.slug}"' not in page] == []
    assert "2023-06-05" in page
    assert "2022-08-01" in page


def test_the_list_speaks_the_readers_language(client):
    page = client.get("/terms/", headers={"Accept-Language": "en"}).content.decode()

    assert "A pause lasts at most 3 months" in page
    assert "一時停止は3か月まで" not in page


def test_a_clause_says_what_it_means_in_japanese(japanese):
    page = japanese.get("/terms/7-3").content.decode()

    assert "第7条第3項" in page
    assert "3か月を超えて一時停止を続けることはできません。" in page
    assert "2024-05-31" in page
    assert "お客様にとっての意味" in page


def test_a_clause_leads_to_its_neighbours_and_relations(english):
    page = english.get("/terms/6-1").content.decode()

    assert 'rel="prev" href="/terms/5-1"' in page
    assert 'rel="next" href="/terms/7-1"' in page
    assert 'href="/terms/84-3"' in page


def test_the_first_and_the_last_clause_have_one_neighbour(english):
    first, last = english.get("/terms/1-1").content.decode(), english.get("/terms/s-2").content.decode()

    assert 'rel="prev"' not in first
    assert 'rel="next"' not in last


def test_every_clause_has_a_page_in_both_languages(client):
    for clause in terms.CLAUSES:
        for language, title in (("ja", clause.title_ja), ("en", clause.title_en)):
            answer = client.get(f"/terms/{clause.id}", headers={"Accept-Language": language})
            assert answer.status_code == 200
            assert re.search(f"<h1>{re.escape(title)}</h1>", answer.content.decode().replace("&#x27;", "'"))


@pytest.mark.parametrize("path", ["/terms/7-7", "/terms/99-1", "/terms/7", "/terms/７-４", "/terms/7-4x"])
def test_a_clause_that_does_not_exist_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_the_pages_only_answer_reading(client):
    assert client.post("/terms/").status_code == 405
    assert client.post("/terms/7-3").status_code == 405


def test_every_link_of_a_clause_stays_on_this_host(japanese):
    page = japanese.get("/terms/4-1").content.decode()

    assert [link for link in re.findall(r'(?:href|src)="([^"]+)"', page) if urlsplit(link).netloc] == []
