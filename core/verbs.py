"""Buttons that know why they can't be pressed."""

from dataclasses import dataclass

from core.errors import Text


@dataclass(frozen=True)
class Verb:
    """Something one can do to a thing. reason: why not now, or "".

    post: acts at once, without a page; whole_page: asks on a page of its own, not over this one.
    """

    label: Text
    url: str
    icon: str = ""
    css: str = ""
    reason: Text = ""
    clause: str = ""
    post: bool = False
    whole_page: bool = False
