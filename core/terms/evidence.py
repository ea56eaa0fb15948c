"""What keeps and what proves each clause, and what is still lacking."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core.terms import CLAUSES, CONSENT, NOTICE, RULE, Clause, source
from core.terms.source import Named

# The app that sells an option must name its clauses itself: that billing knows the rule isn't enough. The general
# chapter binds every app, so any of them keeps it.
HOMES = {"compute": range(11, 31), "mobile": range(31, 67), "sms": range(67, 78), "certificates": range(78, 86)}
SUPPLEMENTS = {"s-2": "mobile"}


def home_of(clause: Clause) -> str:
    """The app that sells what the clause is about, or "" for all of them."""
    if clause.article == "s":
        return SUPPLEMENTS.get(clause.id, "")
    return next((app for app, articles in HOMES.items() if int(clause.article) in articles), "")


@dataclass(frozen=True)
class Evidence:
    """Everything that names a clause below a folder, in the order of the files."""

    kept: tuple[Named, ...]
    proven: tuple[Named, ...]
    agreed: tuple[Named, ...]
    shown: tuple[Named, ...]

    @classmethod
    def of(cls, root: Path) -> "Evidence":
        """Read the source below `root`, the folder of manage.py."""
        readers = (source.kept, source.proven, source.agreed, source.shown)
        return cls(*(tuple(reader(root)) for reader in readers))

    def unknown(self) -> list[Named]:
        """What names a clause that the terms don't have."""
        ids = {clause.id for clause in CLAUSES}
        return [named for named in self.kept + self.proven + self.agreed + self.shown if named.clause not in ids]

    def keepers(self, clause: Clause) -> list[str]:
        """The code that keeps the clause, in the app it belongs to."""
        home = home_of(clause)
        return [place for place in _places(self.kept, clause) if not home or place.split(".")[0] == home]

    def proofs(self, clause: Clause) -> list[str]:
        """The tests, consent texts and pages that prove it, as its kind asks."""
        by_kind = ((RULE, self.proven), (CONSENT, self.agreed), (NOTICE, self.shown))
        return [place for kind, found in by_kind if kind in clause.kind for place in _places(found, clause)]

    def lacking(self, clause: Clause) -> list[str]:
        """What a clause still lacks: nothing when code keeps it and everything its kind asks for proves it."""
        needs = (
            (RULE | CONSENT, self.keepers(clause), "code that names it"),
            (RULE, _places(self.proven, clause), "a test marked with it"),
            (CONSENT, _places(self.agreed, clause), "a consent text that names it"),
            (NOTICE, _places(self.shown, clause), "a page that shows it"),
        )
        return [need for kinds, found, need in needs if clause.kind & kinds and not found]


def _places(found: Iterable[Named], clause: Clause) -> list[str]:
    """Where the clause is named, each place once."""
    return list(dict.fromkeys(named.place for named in found if named.clause == clause.id))
