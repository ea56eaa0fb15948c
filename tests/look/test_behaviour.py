"""What the scripts add, and what stays without them."""

import pytest

from tests.look.browser import desk

pytestmark = pytest.mark.browser


def test_ctrl_k_and_slash_reach_the_search_boxes(browser):
    with desk(browser) as customer:
        page = customer.open("/styleguide/")
        page.evaluate("document.activeElement.blur()")

        page.keyboard.press("Control+k")
        everywhere = page.evaluate("document.activeElement.matches('[data-search]')")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("/")
        listed = page.evaluate("document.activeElement.matches('[data-slash]')")

    assert (everywhere, listed) == (True, True)


def test_a_slash_in_a_field_is_a_slash(browser):
    with desk(browser) as customer:
        page = customer.open("/styleguide/")

        page.locator("#id_name").fill("web")
        page.keyboard.press("/")

        assert page.locator("#id_name").input_value() == "web/"


def test_the_dangerous_button_waits_for_the_name(browser):
    with desk(browser) as customer:
        page = customer.open("/styleguide/")
        button = page.locator(".focus .danger")
        before = button.is_disabled()

        page.locator("#confirm").fill("web-prod-01")

        assert (before, button.is_disabled()) == (True, False)


def test_picked_rows_are_counted_and_show_the_bulk_bar(browser):
    with desk(browser) as customer:
        page = customer.open("/styleguide/")
        before = page.locator(".bulk").is_visible()

        page.locator("[data-pick-all]").check()

        assert (before, page.locator(".bulk").is_visible()) == (False, True)
        assert page.locator("[data-bulk-count]").text_content() == "7 件を選択中"


def test_escape_closes_a_menu_and_returns_to_its_button(browser):
    with desk(browser) as customer:
        page = customer.open("/styleguide/")
        page.locator("tbody .menu summary").first.click()

        page.keyboard.press("Escape")

        assert page.locator("details.menu[open]").count() == 0
        assert page.evaluate("document.activeElement.matches('tbody .menu summary')")


def test_a_blocked_button_says_why_even_without_script(browser):
    with desk(browser, script=False) as customer:
        page = customer.open("/styleguide/")
        reason = page.locator(".reason").first
        before = reason.is_visible()

        page.locator(".blocked button").first.click(force=True)

        assert (before, reason.is_visible()) == (False, True)


def test_the_menu_of_a_phone_opens_without_script(browser):
    with desk(browser, 390, script=False) as customer:
        page = customer.open("/styleguide/")
        before = page.locator("#sidebar").is_visible()

        page.locator(".topbar [popovertarget=sidebar]").click()

        assert (before, page.locator("#sidebar").is_visible()) == (False, True)


def test_without_script_nothing_is_offered_that_needs_it(browser):
    with desk(browser, script=False) as customer:
        page = customer.open("/styleguide/")

        shown = [found for found in page.locator(".needs-js").all() if found.is_visible()]

    assert shown == []


def test_the_chosen_theme_wins_over_the_system(browser):
    with desk(browser, theme="light") as customer:
        customer.page.context.add_cookies([{"name": "theme", "value": "dark", "url": "http://localhost"}])

        page = customer.open("/styleguide/")

        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
