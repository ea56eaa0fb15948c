"""State moves by compare-and-set: one UPDATE ... WHERE state IN (...); a rival that comes second is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext as _

from core.errors import Refused


@dataclass(frozen=True, init=False)
class Move:
    """An allowed change of state: from any of `sources` to `to`. level: the access level a person needs for it."""

    sources: tuple[str, ...]
    to: str
    level: int

    def __init__(self, *sources: str, to: str, level: int) -> None:
        object.__setattr__(self, "sources", tuple(str(source) for source in sources))
        object.__setattr__(self, "to", str(to))
        object.__setattr__(self, "level", int(level))


@dataclass(frozen=True)
class Moved:
    """What a move did: the state before and after. The action writes it into the audit row."""

    source: str
    target: str


class Stateful(models.Model):
    """A row with a `state` that changes only by its class's `MOVES`."""

    MOVES: ClassVar[Mapping[str, Move]] = {}

    class Meta:
        abstract = True

    def can(self, name: str) -> bool:
        """Whether the move is allowed from the state this object shows now (the database has the last word)."""
        return self.state in self.MOVES[name].sources  # type: ignore[attr-defined]

    def move(self, name: str, *, at: datetime, **values: Any) -> Moved:
        """Make the named move now, setting `values` with it. Raises Refused when the row is in no allowed state.

        The row's state as seen by the database decides, not what this object remembers, so of any number of rivals
        exactly one wins. `state_changed_at` becomes `at`.
        """
        move = self.MOVES[name]
        manager = type(self)._base_manager
        for source in self._guesses(move):
            values_now = {"state": move.to, "state_changed_at": at, **values}
            if manager.filter(pk=self.pk, state=source).update(**values_now):  # type: ignore[misc]
                for field, value in values_now.items():
                    setattr(self, field, value)
                return Moved(source, move.to)
        self.refresh_from_db(fields=["state"])
        raise self._refusal()

    def hold(self, *fields: str) -> Self:
        """Lock the row until the transaction ends and read its state and these fields anew.

        For rules that look at more than the state; what only the state decides needs no lock.
        """
        rows = type(self)._base_manager.select_for_update(no_key=True)
        self.refresh_from_db(fields=["state", *fields], from_queryset=rows)
        return self

    def _guesses(self, move: Move) -> list[str]:
        """The allowed source states, the one this object shows first, so that the usual move is one UPDATE."""
        return sorted(move.sources, key=lambda source: source != self.state)  # type: ignore[attr-defined]

    def _refusal(self) -> Refused:
        text = _("This can't be done while it is “%(state)s”. Nothing was changed.")
        return Refused(text % {"state": self.state_label()}, code="conflict")

    def state_label(self) -> str:
        """The state in the reader's language."""
        return str(self.get_state_display())  # type: ignore[attr-defined]

    def refreshed(self) -> Self:
        """This row as the database has it now."""
        self.refresh_from_db()
        return self
