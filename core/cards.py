"""The label of a choice that is shown as a card."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Card:
    """A title, one line below it and a price at the right; `str()` is the title, for readers and for the API."""

    title: str | Promise
    detail: str | Promise = ""
    price: str | Promise = ""

    def __str__(self) -> str:
        return str(self.title)
