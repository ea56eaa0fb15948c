"""The style guide as people with a screen reader, a keyboard or low vision meet it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.look.browser import ORIGIN, desk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_any_theme_and_width(browser, width, theme):
    with desk(browser, width, theme=theme) as customer:
        page = customer.open("/styleguide/")

        violations = Axe().run(page).response["violations"]

    assert [(found["id"], [node["target"] for node in found["nodes"]]) for found in violations] == []


@pytest.mark.parametrize("width", [1440, 1100, 800, 390])
def test_nothing_is_wider_than_the_window(browser, width):
    with desk(browser, width) as customer:
        page = customer.open("/styleguide/")

        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_words_of_a_chart_are_legible_on_a_phone(browser):
    with desk(browser, 390) as customer:
        page = customer.open("/styleguide/")

        sizes = page.evaluate(
            "[...document.querySelectorAll('.plot li')].map(li => parseFloat(getComputedStyle(li).fontSize))"
        )

    assert len(sizes) == 16
    assert min(sizes) >= 11


def test_a_page_asks_only_this_host_and_breaks_no_security_policy(browser):
    with desk(browser) as customer:
        customer.open("/styleguide/")

    assert customer.complaints == []
    assert len(customer.asked) <= 6
    assert all(url.startswith(f"{ORIGIN}/") for url in customer.asked)
