"""House rules for templates, stylesheets and icons, read from the files themselves."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
CODE = [path for app in ("config", "core", "accounts", "billing", "compute") for path in (ROOT / app).rglob("*.py")]
ICONS = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static" / "icons" / "sprite.svg").read_text()))


def each(paths: list[Path]) -> pytest.MarkDecorator:
    """Run a test once for every file, under the file's name."""
    return pytest.mark.parametrize("path", paths, ids=[path.relative_to(ROOT).as_posix() for path in paths])


@each(TEMPLATES)
def test_a_template_has_no_inline_style_and_no_inline_script(path):
    text = path.read_text()

    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|\shx-on|\shx-vals=.js", text) == []
    assert [tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag and "json" not in tag] == []


@each(TEMPLATES)
def test_a_template_loads_nothing_from_elsewhere(path):
    assert re.findall(r"""(?:src|href|srcset|action)=["'](?:https?:)?//""", path.read_text()) == []


@each(STYLES)
def test_a_stylesheet_is_short_and_takes_colours_and_pixels_from_the_tokens(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)

    assert len(path.read_text().splitlines()) < 80
    if path.name != "tokens.css":
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(|\d+px\b", text) == []


@each([path for path in STYLES if path.name != "mail.css"])
def test_every_rule_lies_in_a_layer(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL).strip()
    depth, outside = 0, ""
    for character in text:
        depth -= character == "}"
        outside += character if depth == 0 else ""
        depth += character == "{"

    assert re.sub(r"@layer [\w, ]+[;{]?|[{}\s]", "", outside) == ""


def test_every_token_that_is_used_exists():
    text = "".join(path.read_text() for path in STYLES)

    assert set(re.findall(r"var\(--([\w-]+)", text)) - set(re.findall(r"--([\w-]+):", text)) == set()


def test_every_class_of_a_template_has_a_rule():
    words = re.sub(r"\{[{%].*?[%}]\}", " ", " ".join(re.findall(r'class="([^"]*)"', html(besides="admin"))))
    rules = set(re.findall(r"\.([a-z][\w-]*)", "".join(path.read_text() for path in STYLES)))

    assert {word for word in words.split() if word.isidentifier() or "-" in word} - rules == set()


def test_every_icon_is_in_the_sprite():
    asked = set(re.findall(r"""\{% icon "([a-z0-9-]+)|\bicon=["']([a-z0-9-]+)["']""", html()))
    asked |= {
        ("", name)
        for path in CODE
        for name in re.findall(r"""\bicon(?:=|\(|": )["']([a-z][a-z0-9-]*)["']""", path.read_text())
    }

    assert {first or second for first, second in asked} - ICONS == set()


def test_the_licence_of_the_icons_is_beside_them():
    assert "MIT License" in (ROOT / "static" / "icons" / "LICENSE").read_text()


def html(*, besides: str = "") -> str:
    """All templates but those of one folder."""
    return "\n".join(path.read_text() for path in TEMPLATES if path.relative_to(ROOT).parts[1] != besides)
