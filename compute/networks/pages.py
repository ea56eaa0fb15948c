"""What the pages of networks share: orders with a price, questions over a page, buttons that know why not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.access import ARRANGE, Actor, Level
from billing import estimates
from compute.networks.forms import Order
from core.errors import Text
from core.forms import OnceForm, page, submitted
from core.marks import chip
from core.verbs import Verb
from core.web import address


@dataclass(frozen=True)
class Question:
    """What a dialog asks and does. crumbs: where it belongs, (label, address); points: (sentence, clause or "").

    reason: why it can't be done now, when that is known before anybody tries.
    """

    title: Text
    asks: Text
    crumbs: Sequence[tuple[Text, str]]
    button: Text
    icon: str = "check"
    css: str = "primary"
    points: Sequence[tuple[Text, str]] = ()
    reason: Text = ""

    @property
    def back(self) -> str:
        """Where one goes without doing it."""
        return self.crumbs[-1][1]


def ask(
    request: Any,
    form: OnceForm,
    act: Callable[[], models.Model | str],
    question: Question,
    *,
    done: str = "",
    **context: Any,
) -> HttpResponse:
    """Do what was asked, or ask."""
    answer = submitted(request, form, act, done=done)
    return answer or page(request, "compute/networks/ask.html", form, question=question, **context)


def order(request: Any, form: Order, act: Callable[[], models.Model], template: str, **context: Any) -> HttpResponse:
    """Order what the form says, or show the form with its price."""
    answer = submitted(request, form, act)
    return answer or page(request, template, form, **offered(form, at=request.now), **context)


def price(request: Any, form: Order) -> HttpResponse:
    """The price of what an order form says now, half-filled as it may be."""
    return render(request, "compute/networks/order.html#price", offered(form, at=request.now))


def offered(form: Order, *, at: datetime) -> dict[str, Any]:
    """What the order costs, and how a program orders it."""
    zone = form.place()
    charged = zone is None or not zone.is_sandbox
    price = estimates.order(form.items(), zone=zone.code if zone else "", charged=charged, at=at)
    return {"price": price, "samples": form.samples()}


def lacking(thing: Any, level: int, actor: Actor) -> str:
    """Why the actor may not do something of that level to the thing; "" when they may."""
    if actor.level_in(thing.project_id) >= level:
        return ""
    return _("This needs the access level “%(level)s”.") % {"level": Level(level).label}


def common_verbs(thing: Any, kind: str, actor: Actor) -> list[Verb]:
    """Edit, protect and delete, of what can be protected. kind: the first word of its routes."""
    arrange = lacking(thing, ARRANGE, actor)
    guard = _("It is protected against deletion.") if thing.protected else ""
    lock = _("Remove protection") if thing.protected else _("Protect against deletion")
    reason = guard or lacking(thing, type(thing).MOVES["delete"].level, actor)
    return [
        Verb(_("Edit"), address(f"{kind}_edit", thing.number), "pencil", reason=arrange),
        Verb(lock, address(f"{kind}_protect", thing.number), "lock", reason=arrange, post=True),
        Verb(_("Delete"), address(f"{kind}_delete", thing.number), "trash", "bad", reason=reason),
    ]


def state_chip(thing: Any) -> SafeString:
    """Networks are there or they aren't."""
    return chip("ok", thing.get_state_display())


def deletion(
    title: Text, thing: Any, crumbs: Sequence[tuple[Text, str]], *points: tuple[Text, str], reason: Text = ""
) -> Question:
    """The question before something is deleted."""
    asks = _("Delete “%(name)s”?") % {"name": thing.name}
    own = (thing.name, thing.get_absolute_url())
    return Question(title, asks, [*crumbs, own], _("Delete"), "trash", "danger", points, reason)


def edition(thing: Any, crumbs: Sequence[tuple[Text, str]]) -> Question:
    """The question in which something is renamed."""
    asks = _("Edit “%(name)s”") % {"name": thing.name}
    return Question(_("Edit"), asks, [*crumbs, (thing.name, thing.get_absolute_url())], _("Save"))
