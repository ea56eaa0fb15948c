"""The bundles: found by digest, compressed, light."""

import gzip
import re

import pytest

from core import assets

FIRST_VISIT = 60 * 1024


@pytest.mark.parametrize("name", ["app.css", "app.js", "icons.svg"])
def test_a_bundle_is_kept_by_browsers_for_a_year(client, name):
    response = client.get(assets.address(name))

    assert response["Content-Type"] == assets.TYPES[name]
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Accept-Encoding" in response["Vary"]


def test_a_bundle_comes_as_the_browser_can_read_it(client):
    plain = client.get(assets.address("app.css"))
    small = client.get(assets.address("app.css"), headers={"accept-encoding": "gzip, deflate"})
    smaller = client.get(assets.address("app.css"), headers={"accept-encoding": "gzip, deflate, br"})

    assert (plain.get("Content-Encoding"), small["Content-Encoding"], smaller["Content-Encoding"]) == (
        None,
        "gzip",
        "br",
    )
    assert gzip.decompress(small.content) == plain.content
    assert len(smaller.content) < len(small.content) < len(plain.content)


def test_a_page_of_the_last_release_gets_the_css_of_this_one_but_nobody_keeps_it(client):
    response = client.get("/assets/app.0123456789ab.css")

    assert response.content == assets.bundle("app.css").plain
    assert response["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["app.css", "other.0123456789ab.css", "app.0123456789ab.js.map", "app"])
def test_any_other_name_is_not_found(client, name):
    assert client.get(f"/assets/{name}").status_code == 404


def test_the_first_visit_is_light(client):
    page = client.get("/styleguide/").content
    files = sum(len(assets.bundle(name).gzip) for name in assets.TYPES)

    assert len(gzip.compress(page)) + files < FIRST_VISIT


def test_the_stylesheet_names_its_layers_first():
    assert assets.stylesheet().startswith("@layer reset, tokens, base, layout, components, utilities;")


def test_mails_get_the_light_value_of_every_token():
    styles = assets.mail_styles()

    assert "var(" not in styles
    assert "light-dark(" not in styles
    assert re.findall(r"\drem", styles) == []
    assert ".button { display: inline-block; padding: 12px 32px;" in styles
