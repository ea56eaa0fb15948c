"""The one exception for "not allowed now", and its kin for bad input."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Hint:
    """What to do now: a label and where it leads (a path of this panel)."""

    label: Text
    url: str


class Refused(Exception):
    """The rules don't allow this now. Nothing was changed.

    text: one sentence for the customer, what and why. clause: of the terms, e.g. "7-1". code: the API's `error_code`.
    field: the form field it belongs to, if any. hints: what to do now. status: HTTP status in the API (409, 403, ...).
    """

    def __init__(
        self,
        text: Text,
        *,
        clause: str = "",
        code: str = "conflict",
        field: str = "",
        hints: Sequence[Hint] = (),
        status: int = 409,
    ) -> None:
        super().__init__(text)
        self.text, self.clause, self.code, self.field = text, clause, code, field
        self.hints, self.status = tuple(hints), status

    def __str__(self) -> str:
        return str(self.text)


class Forbidden(Refused):
    """The actor may see this but lacks the access level for it (403)."""

    def __init__(self, text: Text, *, code: str = "permission_denied") -> None:
        super().__init__(text, code=code, status=403)
