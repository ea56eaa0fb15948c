"""Who acts, what they may see, and the one gate to it.

A stranger gets 404, a lower access level 403; nothing else in the project decides about access.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxLengthValidator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.levels import ARRANGE, CREATE, NONE, POWER, SYSTEM_ONLY, VIEW, Level
from accounts.members.models import Member
from accounts.projects.models import Project
from accounts.viewing.actions import viewed
from core.errors import Forbidden
from core.ids import FormerNumber, NumberField, kind_of
from core.lifecycle import Stateful

if TYPE_CHECKING:
    from accounts.api_keys.models import ApiKey
    from accounts.users.models import User

__all__ = ["ARRANGE", "CREATE", "NONE", "POWER", "SYSTEM_ONLY", "VIEW", "Level"]


@dataclass(frozen=True)
class Seat:
    """What an actor may do with one organisation's papers."""

    owner: bool = False
    bill: bool = False
    eventlog: bool = False


@dataclass(frozen=True)
class Actor:
    """Who does something: a person, a key of the API, staff, or the system itself. Immutable for one request."""

    kind: str
    label: str
    user: "User | None" = field(default=None, compare=False)
    key: "ApiKey | None" = field(default=None, compare=False)
    levels: Mapping[int, Level] = field(default_factory=dict, compare=False)
    seats: Mapping[int, Seat] = field(default_factory=dict, compare=False)
    address: str = field(default="", compare=False)

    @property
    def sees_all(self) -> bool:
        return self.kind in ("system", "staff")

    def level_in(self, project_pk: int | None) -> Level:
        """The access level in a project; `Level.NONE` for a stranger. What is in no project is shared for viewing."""
        if self.sees_all:
            return Level.CREATE
        return Level.VIEW if project_pk is None else self.levels.get(project_pk, Level.NONE)

    def seat_in(self, organisation_pk: int) -> Seat:
        """The flags in an organisation; all False for a stranger."""
        return Seat(True, True, True) if self.sees_all else self.seats.get(organisation_pk, Seat())

    def visible_projects(self) -> list[int]:
        """Primary keys of the projects with at least `view`."""
        return [pk for pk, level in self.levels.items() if level >= Level.VIEW]


SYSTEM = Actor("system", "Engawa")
ANONYMOUS = Actor("anonymous", "")


def person(user: "User", *, address: str = "") -> Actor:
    """The actor a signed-in user is: owners may everything in their projects, others what is granted. One query."""
    seats: dict[int, Seat] = {}
    levels: dict[int, Level] = {}
    for organisation, owner, bill, eventlog, project, closed_at, granted in rights_of(user):
        seats[organisation] = Seat(owner, owner or bill, owner or eventlog)
        if project is not None and closed_at is None and (owner or granted):
            levels[project] = Level.CREATE if owner else Level(granted)
    return Actor("user", str(user), user=user, levels=levels, seats=seats, address=address)


def rights_of(user: "User") -> Iterable[tuple[Any, ...]]:
    """A row for each project of each open organisation of the user: its flags, the project, the level granted there."""
    projects = "organisation__projects"
    own = models.Q(**{f"{projects}__grants__member": models.F("pk")})
    members = Member.objects.filter(user=user).exclude(organisation__state="CLOSED")
    return members.annotate(given=models.FilteredRelation(f"{projects}__grants", condition=own)).values_list(
        "organisation", "is_owner", "may_bill", "may_eventlog", projects, f"{projects}__closed_at", "given__level"
    )


def staff(user: "User", *, address: str = "") -> Actor:
    """A member of staff at work in the admin."""
    return Actor("staff", str(user), user=user, address=address)


def holder(key: "ApiKey", *, address: str = "") -> Actor:
    """The actor a key of the API is: its own level, in its one project."""
    seat = Seat(False, key.may_bill, key.may_eventlog)
    levels = {key.project_id: Level(key.level)}
    return Actor("key", key.name, key=key, levels=levels, seats={key.project.organisation_id: seat}, address=address)


def viewer(user: "User", organisation_pk: int, *, address: str = "") -> Actor:
    """Staff looking at the panel as a customer sees it (accounts.viewing): all of one organisation, read-only."""
    projects = Project.objects.filter(organisation=organisation_pk, closed_at=None).values_list("pk", flat=True)
    levels = dict.fromkeys(projects, Level.VIEW)
    seats = {organisation_pk: Seat(False, True, True)}
    return Actor("viewer", str(user), user=user, levels=levels, seats=seats, address=address)


class ResourceQuerySet(models.QuerySet[Any]):
    """Rows that live in projects."""

    def visible_to(self, actor: Actor) -> Self:
        """Those in projects in which the actor has at least `view`; staff and the system see all."""
        return self if actor.sees_all else self.filter(project__in=actor.visible_projects())

    def alive(self) -> Self:
        """Those not deleted."""
        return self.exclude(state="DELETED")


class Resource(Stateful):
    """Something a customer has in a project: numbered, named, tagged, with a state."""

    number = NumberField()
    project = models.ForeignKey("accounts.Project", models.PROTECT, related_name="+")
    name = models.CharField(gettext_lazy("name"), max_length=64)
    description = models.CharField(gettext_lazy("description"), max_length=512, blank=True)
    tags = ArrayField(
        models.CharField(max_length=32), verbose_name=gettext_lazy("tags"), default=list, blank=True,
        validators=[MaxLengthValidator(10)],
    )  # fmt: skip
    created_at = models.DateTimeField(gettext_lazy("created"))
    state_changed_at = models.DateTimeField(gettext_lazy("state changed"))
    protected = models.BooleanField(gettext_lazy("protected against deletion"), default=False)

    objects: ClassVar[models.Manager[Self]] = ResourceQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["project", "name", "id"], name="%(class)s_by_name"),
            models.Index(fields=["project", "state", "id"], name="%(class)s_by_state"),
            models.Index(fields=["project", "created_at", "id"], name="%(class)s_by_age"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="%(class)s_name_trgm"),
        ]

    def __str__(self) -> str:
        return self.name


R = TypeVar("R", bound=models.Model)


class Moved(Exception):
    """The number is a former one; pages redirect to `subject`."""

    def __init__(self, subject: Any) -> None:
        super().__init__(subject)
        self.subject = subject


def visible(request: Any, model: type[R] | models.QuerySet[R], number: int, level: int = VIEW) -> R:
    """The gate: the thing with this public number, if the request's actor may use it at `level`.

    Raises Http404 for strangers and for numbers that don't exist, Forbidden when the level is too low,
    Moved when the number is a former one. Deleted things are not found.
    """
    rows = model if isinstance(model, models.QuerySet) else model._default_manager.select_related("project")
    scoped = rows.visible_to(request.actor).alive()  # type: ignore[attr-defined]
    subject = scoped.filter(number=number).first()
    if subject is None:
        former = FormerNumber.objects.filter(number=number, kind=kind_of(rows.model)).first()
        subject = scoped.filter(pk=former.subject_pk).first() if former else None
        if subject is None:
            raise Http404
        raise Moved(subject)
    require(request.actor, subject.project_id, level)
    found: R = subject
    return found


def require(actor: Actor, project_pk: int | None, level: int) -> None:
    """Raise Forbidden when the actor's access level in the project is below `level`."""
    if actor.level_in(project_pk) < level:
        text = _("This needs the access level “%(level)s”. Ask an owner of your organisation to raise yours.")
        raise Forbidden(text % {"level": Level(level).label})


class Request(HttpRequest):
    """What views get: Django's request with our clock, actor and project (types only)."""

    now: Any
    actor: Actor
    htmx: Any
    request_id: str
    project: Project


class ActorMiddleware:
    """Sets `request.actor` (and `request.staff` for the admin), lazily: a page that needs nobody costs no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request))
        request.staff = SimpleLazyObject(lambda: staff(request.user, address=request.META.get("REMOTE_ADDR", "")))
        return self.get_response(request)


def actor_of(request: Any) -> Actor:
    """The actor of a page request: the signed-in user, staff looking as a customer, or nobody."""
    if not request.user.is_authenticated:
        return ANONYMOUS
    address = request.META.get("REMOTE_ADDR", "")
    looked_at = viewed(request.session, request.now) if request.user.is_staff else None
    return viewer(request.user, looked_at, address=address) if looked_at else person(request.user, address=address)
