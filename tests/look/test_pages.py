"""The style guide, the theme, the error pages, mails: whole documents."""

import re
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from config import console
from core import mail, web

NOTICE = {
    "subject": "The limit is near",
    "greeting": "Alice",
    "paragraphs": ["Your server is stopped.", "Start it <soon>."],
    "facts": [("Server", "web-01")],
    "action_url": "http://localhost/servers/113701234501",
    "action_label": "Open the server",
    "why": "You have an account.",
}

# fmt: off
COMPONENTS = {
    "sidebar", "topbar", "crumbs", "heading", "tabs", "tile", "chart", "spark", "table", "toolbar", "pager", "bulk",
    "empty", "choices", "order", "sums", "callout", "chip", "badge", "clause", "facts", "usage", "avatar", "tags",
    "timeline", "steps", "focus", "lines", "samples", "code", "blocked", "toast", "skeleton", "menu",
}
# fmt: on


@pytest.mark.parametrize("language, words", [("ja", "表で見る"), ("en", "Show as a table")])
def test_the_style_guide_shows_every_component_in_both_languages(client, language, words):
    client.cookies["language"] = language

    html = client.get("/styleguide/").content.decode()

    assert f'<html lang="{language}" data-theme="auto">' in html
    assert words in html
    shown = set(" ".join(re.findall(r'class="([^"]*)"', html)).split())
    assert COMPONENTS - shown == set()


def test_a_theme_is_kept_for_a_year_and_the_person_stays_on_the_page(client):
    response = client.post("/theme", {"theme": "dark"}, headers={"referer": "http://testserver/styleguide/?q=1"})

    assert (response.status_code, response["Location"]) == (302, "http://testserver/styleguide/?q=1")
    assert (response.cookies["theme"].value, response.cookies["theme"]["max-age"]) == ("dark", 31_536_000)
    assert b'data-theme="dark"' in client.get("/styleguide/").content


def test_a_theme_that_does_not_exist_is_refused(client):
    response = client.post("/theme", {"theme": "<b>"})

    assert response.status_code == 400
    assert "theme" not in response.cookies


def test_choosing_a_theme_leads_to_no_other_host(client):
    response = client.post("/theme", {"theme": "dark"}, headers={"referer": "https://elsewhere.example/"})

    assert response["Location"] == "/"


def test_a_theme_needs_the_token_of_its_form():
    assert Client(enforce_csrf_checks=True).post("/theme", {"theme": "dark"}).status_code == 403


@pytest.mark.parametrize("status", [400, 403, 404, 409, 429])
def test_an_error_page_says_what_and_what_now_and_carries_the_request_id(rf: RequestFactory, status):
    request: Any = rf.get("/nowhere")
    request.request_id = "f" * 32
    request.user = None

    with translation.override("en"):
        response = web.error_page(request, status)

    html = response.content.decode()
    assert response.status_code == status
    assert html.count("<h1>") == 1
    assert 'href="/"' in html
    assert "f" * 32 in html


def test_the_page_for_our_own_faults_asks_neither_session_nor_database(rf: RequestFactory):
    request = rf.get("/")

    with translation.override("en"):
        response = web.server_error(request)

    assert response.status_code == 500
    assert b"<h1>Something went wrong on our side</h1>" in response.content


def test_a_mail_says_the_same_in_html_and_in_text():
    with translation.override("en"):
        letter = mail.render("mail/notice", NOTICE)

    assert "Dear Alice,\n\nYour server is stopped.\n\nStart it <soon>.\n\nServer: web-01\n" in letter.text
    assert "Open the server\nhttp://localhost/servers/113701234501\n" in letter.text
    assert "Start it &lt;soon&gt;." in letter.html
    assert 'href="http://localhost/servers/113701234501"' in letter.html


def test_a_mail_carries_its_styles_itself_and_loads_nothing():
    letter = mail.render("mail/notice", NOTICE)

    assert '<a class="button" href="http://localhost/servers/113701234501" style="display: inline-block;' in letter.html
    assert "<style" not in letter.html
    assert "<img" not in letter.html
    assert "<link" not in letter.html


@pytest.mark.parametrize(
    "path, name", [("/", "dashboard"), ("/servers/", "servers"), ("/servers/new", "servers"), ("/nowhere", "")]
)
def test_the_sidebar_marks_the_nearest_place_and_no_other(path, name):
    assert console.place(path) == (reverse(name) if name else "")


def test_a_place_below_another_is_marked_alone():
    assert console.place(reverse("senders")) == reverse("senders") != reverse("sms")
