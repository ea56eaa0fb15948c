"""The small pieces of a page."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context, Template
from django.utils import translation

from core import assets, marks

MORNING = datetime(2026, 10, 31, 15, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def show(source: str, **context: object) -> str:
    """What a template with these tags renders."""
    return Template(source).render(Context(context))


def test_an_icon_is_decoration_unless_it_has_a_label():
    address = assets.address("icons.svg")

    assert show('{% icon "server" %}') == f'<svg class="icon" aria-hidden="true"><use href="{address}#server"/></svg>'
    assert 'role="img" aria-label="Locked"' in show('{% icon "lock" label="Locked" %}')


def test_what_customers_wrote_is_escaped():
    evil = '<i onclick="x">'

    html = show(
        "{% chip 'ok' it %}{% badge it %}{% copy it %}{% code it %}"
        "{% toast it %}{% blocked it reason=it %}{% tags all %}",
        it=evil,
        all=[evil],
    )

    assert html.count("&lt;i onclick=") == 11
    assert "<i " not in html


def test_an_instant_is_shown_in_japanese_time():
    html = '<time class="nowrap" datetime="2026-11-01T00:30:00+09:00">2026-11-01 00:30</time>'

    assert show("{% when at %}", at=MORNING) == html


def test_an_instant_says_how_long_ago_it_was():
    now = datetime(2026, 10, 31, 18, 30, tzinfo=UTC)

    assert ' title="3\xa0hours ago"' in marks.when(MORNING, now)
    assert ' title="in 3\xa0hours"' in marks.when(now, MORNING)


@pytest.mark.parametrize(
    "form, text",
    [("date", "2026-11-01"), ("full", "Nov. 1, 2026 00:30 (JST)")],
)
def test_an_instant_has_a_short_and_a_long_form(form, text):
    assert f">{text}</time>" in show("{% when at form %}", at=MORNING, form=form)


def test_a_day_is_a_day_and_nothing_is_a_dash():
    assert show("{% when at %}", at=date(2026, 11, 1)) == '<time class="nowrap" datetime="2026-11-01">2026-11-01</time>'
    assert show("{% when at %}", at=None) == "—"


def test_a_clause_is_cited_in_the_reader_s_language_and_links_to_its_page():
    with translation.override("ja"):
        japanese = show('{% clause "7-1" %}')

    assert show('{% clause "7-1" %}') == '<a class="clause" href="/terms/7-1">Article 7, paragraph 1</a>'
    assert japanese == '<a class="clause" href="/terms/7-1">第7条第1項</a>'
    assert show('{% clause "" %}') == ""
    with pytest.raises(KeyError):
        show('{% clause "999-1" %}')


def test_money_has_no_decimals_and_says_what_for():
    assert show("{{ amount|yen }}", amount=-1_234) == "-¥1,234"
    assert show('{% money 3740 per="month" note="excl. tax" %}') == (
        '<span class="money">¥3,740<small> / month (excl. tax)</small></span>'
    )


def test_a_bar_warns_at_three_quarters_and_alarms_at_nine_tenths():
    html = show('{% usage 37 200 label="Servers" %}')

    assert '<meter min="0" max="200" low="150.0" high="180.0" optimum="0" value="37" aria-label="Servers">' in html
    assert "<span>37 / 200</span>" in html


def test_a_blocked_button_is_described_by_its_reason_and_ids_never_repeat():
    html = show('{% blocked "Stop" reason="It is stopped." clause="7-1" %}{% blocked "Stop" reason="It is stopped." %}')
    ids = [part.split('"')[0] for part in html.split(' popover id="')[1:]]

    assert len(set(ids)) == 2
    assert all(f'aria-disabled="true" aria-describedby="{one}" popovertarget="{one}"' in html for one in ids)
    assert 'It is stopped. <a class="clause" href="/terms/7-1">' in html


def test_a_message_becomes_a_toast_that_links_to_its_clause():
    html = show("{% toast_of it %}", it=Message(constants.ERROR, "No.", extra_tags="clause:7-1"))

    assert '<div class="callout toast bad">' in html
    assert '<p>No. <a class="clause" href="/terms/7-1">Article 7, paragraph 1</a></p>' in html


@pytest.mark.parametrize(
    "agent, name",
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/150.0 Safari/537.36 Edg/150.0",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 16) Chrome/150.0 Mobile Safari/537.36",
            "Chrome · Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox · Linux"),
        ("curl/8.5.0", "curl/8.5.0"),
    ],
)
def test_a_device_has_a_short_name(agent, name):
    assert marks.device(agent) == name
