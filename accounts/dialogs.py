"""A page that htmx opens as a dialog and everybody else as a page of its own (layouts/focus.html)."""

from typing import Any


def dialog(request: Any, template: str) -> str:
    """The template to render: its part "dialog" for htmx, else the whole page."""
    return f"{template}#dialog" if request.htmx else template
