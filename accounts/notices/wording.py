"""The words of a notice: one plain-text template makes the mail in HTML and in text, and the page of the inbox.

templates/notices/<kind>.txt, every text translated:

    The title (first line)

    A paragraph; an empty line starts the next one.

    | Server | web-01          a fact: label and value
    > Open the server          the label of the button that leads to `act_url`
"""

import re
from dataclasses import dataclass
from typing import Any, Self

from django.template import Context
from django.template.loader import get_template
from django.utils import translation


@dataclass(frozen=True)
class Words:
    """A notice taken apart."""

    title: str
    paragraphs: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    action_label: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """The parts of a rendered template."""
        title, _newline, rest = text.strip().partition("\n")
        lines = [line.strip() for line in rest.splitlines()]
        facts = [line[1:].partition("|") for line in lines if line.startswith("|")]
        labels = [line[1:].strip() for line in lines if line.startswith(">")]
        plain = "\n".join("" if line.startswith(("|", ">")) else line for line in lines)
        paragraphs = (" ".join(part.split("\n")) for part in re.split(r"\n{2,}", plain.strip()) if part)
        return cls(
            title.strip(),
            tuple(paragraphs),
            tuple((label.strip(), value.strip()) for label, _bar, value in facts),
            labels[0] if labels else "",
        )


def render(kind: str, language: str, context: dict[str, Any]) -> str:
    """The text of a notice in a language. Raises TemplateDoesNotExist for a kind without words."""
    template = get_template(f"notices/{kind}.txt").template  # type: ignore[attr-defined]
    with translation.override(language):
        text: str = template.render(Context(context, autoescape=False))
    return re.sub(r"\n{3,}", "\n\n", text.strip())
