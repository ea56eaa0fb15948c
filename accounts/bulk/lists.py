"""Which lists can be worked on in bulk, and with which verbs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.access import Actor, Level
from accounts.projects.models import Project
from core.errors import Refused, Text
from core.pages import Listing, Page, Picking, order
from core.verbs import Verb


class Act(Protocol):
    """The ordinary action on one row."""

    def __call__(self, row: Any, /, *, by: Actor, at: datetime) -> object: ...


@dataclass(frozen=True)
class BulkVerb:
    """Something done to many rows. act: the ordinary action on one; level: what a person needs in the project for it.

    typed: can't be undone, so the number of rows must be typed. points: what one should know first, (text, clause).
    """

    name: str
    label: Text
    act: Act
    level: int
    icon: str
    css: str = ""
    typed: bool = False
    points: Sequence[tuple[Text, str]] = ()


@dataclass(frozen=True)
class BulkList:
    """A list whose rows can be picked. name: of its route; title: of its page; rows: what it lists of a project.

    label: the field that says what a row is called; needs: what the actions read besides, for select_related.
    """

    name: str
    title: Text
    listing: Listing
    rows: Callable[[Actor, Project], QuerySet[Any]]
    verbs: Sequence[BulkVerb]
    label: str = "name"
    needs: Sequence[str] = ("project__organisation", "contract")

    def answer(self, request: Any, template: str, **context: Any) -> HttpResponseBase:
        """The list's page, on which rows can be picked."""
        rows = self.rows(request.actor, request.project)
        picking = Picking(reverse("bulk_new"), self.name, self.buttons(request.actor, request.project))
        return self.listing.answer(request, rows, template, picking=picking, **context)

    def buttons(self, actor: Actor, project: Project) -> list[Verb]:
        """The verbs as buttons that know whether the actor's access level is enough."""
        level = actor.level_in(project.pk)
        words = _("This needs the access level “%(level)s”.")
        return [
            Verb(
                verb.label, verb.name, verb.icon, verb.css,
                reason="" if level >= verb.level else words % {"level": Level(verb.level).label},
            )
            for verb in self.verbs
        ]  # fmt: skip

    def chosen(self, request: Any) -> QuerySet[Any]:
        """The rows that the form of the list names, in its order: all that match its filters, or the ticked ones.

        Raises Refused when none is named.
        """
        page = Page(self.listing, request, self.rows(request.actor, request.project), query=request.POST, fetch=False)
        rows = page.narrowed.order_by(*order(page.sort))
        if request.POST.get("all"):
            return rows
        numbers = [int(n) for n in request.POST.getlist("pick") if n.isascii() and n.isdigit() and len(n) < 19]
        if not numbers:
            raise Refused(_("Nothing is picked. Tick some rows first."))
        return rows.filter(number__in=numbers)

    def verb(self, name: str) -> BulkVerb:
        """The verb of that name; raises Http404."""
        for verb in self.verbs:
            if verb.name == name:
                return verb
        raise Http404


@cache
def book() -> dict[str, BulkList]:
    """All lists of all apps by name (settings.BULK_LISTS)."""
    return {one.name: one for path in settings.BULK_LISTS for one in import_string(path)}


def found(name: str) -> BulkList:
    """The list of that name; raises Http404."""
    try:
        return book()[name]
    except KeyError:
        raise Http404 from None
