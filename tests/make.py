"""Worlds for tests, built by calling actions, so that impossible data can't exist."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

from allauth.account.models import EmailAddress

from accounts import consents
from accounts.access import SYSTEM, Actor, Level, person
from accounts.api_keys import actions as api_keys
from accounts.api_keys.models import ApiKey
from accounts.members import actions as members
from accounts.members.actions import Rights
from accounts.members.models import Member
from accounts.organisations import actions as organisations
from accounts.organisations.actions import Particulars
from accounts.organisations.models import Organisation
from accounts.projects import actions as projects
from accounts.projects.models import Project
from accounts.users.models import User

PASSWORD = "a quiet garden 48"
MORNING = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)  # 09:30 JST
NOON = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
EVENING = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)

_serial = count(1)


def user(email: str = "", name: str = "", *, verified: bool = True, **fields: object) -> User:
    """A person with PASSWORD, whose address is verified unless said otherwise."""
    email = email or f"person{next(_serial)}@example.jp"
    made = User.objects.create_user(email, PASSWORD, name=name or email.partition("@")[0].title(), **fields)
    EmailAddress.objects.create(user=made, email=made.email, primary=True, verified=verified)
    return made


def organisation(owner: User, *, accepted: bool = True, at: datetime = MORNING, **particulars: str) -> Organisation:
    """An organisation with its owner and its first project; accepted as a customer unless said otherwise."""
    consents.sync()
    name = particulars.pop("name", "") or f"Garden {next(_serial)}"
    values = Particulars(name=name, kind="CORPORATE", billing_name=f"{name} KK", address="Osaka", phone="0612345678")
    made = organisations.apply(replace(values, **particulars), by=person(owner), at=at)
    if accepted:
        organisations.accept(made, by=SYSTEM, at=at)
    return made


def project(owner: Organisation, name: str = "", *, at: datetime = MORNING) -> Project:
    """One more project of an organisation."""
    return projects.create(owner, name=name or f"project-{next(_serial)}", by=SYSTEM, at=at)


def first_project(owner: Organisation) -> Project:
    """The project an organisation got when it signed up."""
    return Project.objects.select_related("organisation").filter(organisation=owner).order_by("pk")[0]


def member(of: Organisation, who: User, level: Level = Level.VIEW, *, at: datetime = MORNING, **flags: bool) -> Member:
    """Make a user a member with that level in every open project. flags: is_owner, may_bill, may_eventlog."""
    levels = {p.pk: level for p in Project.objects.filter(organisation=of, closed_at=None)}
    return members.add(of, who, Rights(levels=levels, **flags), by=SYSTEM, at=at)


def api_key(of: Project, level: Level = Level.CREATE, *, at: datetime = MORNING, **flags: bool) -> tuple[ApiKey, str]:
    """A key of the API and its secret. flags: may_bill, may_eventlog."""
    return api_keys.create(of, name=f"key-{next(_serial)}", level=level, by=SYSTEM, at=at, **flags)


def actor(who: User) -> Actor:
    """The actor a user is now; make it again after rights have changed."""
    return person(who)
