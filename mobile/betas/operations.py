"""How workers set betas up and take them down, as the driver of this installation does it."""

from functools import cache
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from core.operations.models import Operation
from core.operations.performing import Performer
from mobile.betas import actions
from mobile.betas.models import Enrolment


class Settings(Protocol):
    """Makes a beta's setting for a project, or removes it; a call made again leads to the same."""

    def set_up(self, beta: str, project: int, *, key: UUID) -> None: ...

    def take_down(self, beta: str, project: int, *, key: UUID) -> None: ...


@cache
def driver() -> Settings:
    """The driver of this installation (settings.BETA_DRIVER)."""
    made: Settings = import_string(settings.BETA_DRIVER)()
    return made


def subject(operation: Operation) -> Enrolment:
    rows = Enrolment.objects.select_related("project__organisation", "contract", "beta")
    found: Enrolment = rows.get(pk=operation.subject_pk)
    return found


def set_up(operation: Operation, _at: object) -> None:
    """Make it, unless it was given up or suspended meanwhile."""
    one = subject(operation)
    if one.state == Enrolment.State.SETTING:
        driver().set_up(one.beta.code, one.project.number, key=operation.uuid)


def take_down(operation: Operation, _at: object) -> None:
    """Remove it, unless the project tries it again meanwhile, or its parent goes on."""
    one = subject(operation)
    wanted = Enrolment.objects.filter(project=one.project, beta=one.beta, state__in=("SETTING", "ACTIVE"))
    if not wanted.exists():
        driver().take_down(one.beta.code, one.project.number, key=operation.uuid)


PERFORMERS = {
    "beta.set_up": Performer(
        set_up,
        lambda operation, _result, at: actions.completed(subject(operation), at=at),
        lambda operation, text, at: actions.failed(subject(operation), text, at=at),
    ),
    "beta.take_down": Performer(take_down),
}
