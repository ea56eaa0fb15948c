"""All routes of the panel, and what each route with a parameter is about."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, SlugConverter, StringConverter, UUIDConverter

# A value that each kind of parameter takes and that belongs to nobody.
EXAMPLES = {IntConverter: 1, UUIDConverter: UUID(int=1), StringConverter: "x", SlugConverter: "x"}


@dataclass(frozen=True)
class Route:
    """One address: its pattern, name, view and parameters."""

    pattern: str
    name: str
    view: Any
    parameters: tuple[str, ...]
    examples: tuple[object, ...]

    @property
    def gate(self) -> str:
        return getattr(self.view, "gate", "")


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[Route]:
    """Every route, deepest patterns joined."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            converters = entry.pattern.converters
            examples = tuple(EXAMPLES.get(type(converter), "x") for converter in converters.values())
            yield Route(pattern, entry.name or "", entry.callback, tuple(converters), examples)
        else:
            yield from routes(entry, pattern)


def ours() -> list[Route]:
    """Pages of our own for customers: with a gate of ours."""
    return [route for route in routes() if route.gate and not route.pattern.startswith("staff/")]
