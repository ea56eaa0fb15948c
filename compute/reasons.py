"""Why a verb can't be used now: what its button says when it is asked."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.access import ARRANGE, Actor, Level
from core.verbs import Verb


def level_reason(thing: Any, level: int, actor: Actor) -> str:
    """The access level that the actor lacks in the thing's project; "" when there is enough."""
    if actor.level_in(thing.project_id) >= level:
        return ""
    return _("This needs the access level “%(level)s”.") % {"level": Level(level).label}


def why_not(thing: Any, move: str, actor: Actor) -> str:
    """Why the move is impossible now for this actor; "" when it is possible."""
    if lacking := level_reason(thing, thing.MOVES[move].level, actor):
        return lacking
    return "" if thing.can(move) else not_while(thing)


def not_while(thing: Any) -> str:
    """That its state is in the way."""
    return _("Not possible while it is “%(state)s”.") % {"state": thing.state_label()}


def lock_verb(thing: Any, url: str, actor: Actor) -> Verb:
    """The button that locks a thing against deletion, or unlocks it."""
    label = _("Remove protection") if thing.protected else _("Protect against deletion")
    return Verb(label, url, "lock", reason=level_reason(thing, ARRANGE, actor), post=True)


def guarded(thing: Any) -> str:
    """Why a protected thing isn't deleted; "" when it isn't protected."""
    return _("It is protected against deletion.") if thing.protected else ""
