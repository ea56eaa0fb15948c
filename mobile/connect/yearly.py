"""Contracts for a year that renew themselves: one per project, concluded by the first part, ended by deleting the last.

Secure Mobile Connect is one, Mono Platform another (34-1, 49-1, 49-2, 53-1, 60-1, 60-2).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models, transaction
from django.db.models import F, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, deadlines, notices
from accounts.access import SYSTEM, SYSTEM_ONLY, Actor
from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from billing import contracts
from billing.contracts import Contract, OnEnd, Service
from core import ids
from core.calendar import end_of_day, jst_date, midnight
from core.errors import Refused
from core.lifecycle import Move, Stateful

NOTICE_DAYS = 30
State = Contract.State


class YearlyQuerySet(models.QuerySet[Any]):
    """Which."""

    def active(self) -> Self:
        """Those that have not ended."""
        return self.filter(state="ACTIVE")

    def over(self) -> Self:
        """Those whose contract has ended."""
        return self.active().filter(contract__state__in=("ENDED", "REFUSED"))

    def to_remind(self, at: datetime) -> Self:
        """Those whose term ends within 30 days, and who have not been told so (49-1, 60-1)."""
        soon = Q(contract__term_on__lte=jst_date(at) + timedelta(days=NOTICE_DAYS))
        untold = Q(reminded_for=None) | Q(reminded_for__lt=F("contract__term_on"))
        return self.active().filter(soon, untold, contract__state__in=("PROVISIONAL", "ACTIVE"))


class Yearly(Stateful):
    """One time that it was concluded in a project, until its contract ended."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", gettext_lazy("In use")
        ENDED = "ENDED", gettext_lazy("Ended")

    MOVES = {"end": Move(State.ACTIVE, to=State.ENDED, level=SYSTEM_ONLY)}

    project = models.ForeignKey("accounts.Project", models.PROTECT, related_name="+")
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    state = models.CharField(
        gettext_lazy("state"), max_length=6, choices=State.choices, default=State.ACTIVE, editable=False
    )
    state_changed_at = models.DateTimeField(gettext_lazy("state changed"))
    # The last day of the term of whose renewal the customer was told.
    reminded_for = models.DateField(null=True)

    objects = YearlyQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(state="ACTIVE"), name="%(class)s_once_a_project")
        ]

    def __str__(self) -> str:
        return self.project.name


@dataclass(frozen=True)
class Kind:
    """What is sold like this. parts: the services of what it consists of; deleting all of them is the full deletion.

    name: the first word of its events and notices, whose `.renewal` and `.ending` are told; page: its address.
    """

    model: type[Yearly]
    service: Service
    parts: tuple[str, ...]
    name: str
    page: str

    def of(self, project: Project) -> Yearly | None:
        """The one that the project has as the rows say, or None. One query."""
        rows = self.model._default_manager.filter(state="ACTIVE", project=project)
        return rows.select_related("contract").first()

    def declared(self, organisation: Organisation) -> bool:
        """Whether the organisation declared business use for one before (34-2, 53-2). One query."""
        rows = Contract.objects.filter(organisation=organisation, service=self.service.code, business_use=True)
        return rows.exists()

    @transaction.atomic
    def contract_for(
        self,
        project: Project,
        *,
        needs: Sequence[tuple[Contract, OnEnd]] = (),
        business_use: bool = False,
        accepted: Collection[str] = (),
        by: Actor,
        at: datetime,
    ) -> Contract:
        """The project's contract, for a part that is being ordered: concluded now if there is none (34-1, 53-1).

        An end that was announced by a full deletion is withdrawn: it goes on with its first anniversary (AM-10). Hang
        the part's contract on it with REFUSES. Locks the project until the caller's transaction ends. Raises Refused
        for individuals and without the declaration of business use, which counts for later projects of the customer.
        """
        lock(project)
        one = self.of(project)
        if one is not None and self._goes_on(one, by=by, at=at):
            for needed, on_end in needs:
                contracts.link(one.contract, needed, on_end)
            return one.contract
        business_use = business_use or self.declared(project.organisation)
        one = self.model(project=project, state_changed_at=at)
        ids.reserve(one)
        contract = contracts.open(
            self.service, one, project=project, needs=needs, accepted=accepted, business_use=business_use, by=by, at=at
        )
        one.contract = contract
        one.save(force_insert=True)
        audit.record(f"{self.name}.concluded", one, by=by, at=at, day=contract.started_on.isoformat())
        return contract

    def _goes_on(self, one: Yearly, *, by: Actor, at: datetime) -> bool:
        """Whether its contract runs on now; one whose last day has passed is ended, even if no night came to it."""
        contract = one.contract
        if contract.state == State.ENDING and contract.ends_on is not None and contract.ends_on < jst_date(at):
            contracts.end(contract, by=SYSTEM, at=at)
        if not contract.is_running:
            self.end(one, at=at)
            return False
        if contract.state == State.ENDING:
            contracts.withdraw(contract, by=by, at=at)
            audit.record(f"{self.name}.withdrawn", one, by=by, at=at)
        return True

    @transaction.atomic
    def released(self, project: Project, *, by: Actor, at: datetime) -> Contract | None:
        """A part was deleted: if it was the last, the contract ends at this month's end or its term's (49-2, 60-2).

        Returns that contract. Lock the project before deleting. Raises Refused when something else hangs on the
        contract (AM-12).
        """
        one = self.of(project)
        if one is None or Contract.objects.live().filter(project=project, service__in=self.parts).exists():
            return None
        contract = one.contract
        if contract.state not in (State.PROVISIONAL, State.ACTIVE):
            return None
        if contract.term_on is not None and contract.term_on < jst_date(at):
            contracts.renew(contract, by=SYSTEM, at=at)  # the term was over before: it had been extended by then
        ending = contracts.close(contract, reason="fully deleted", by=by, at=at)
        deadlines.clear(one, at=at)
        audit.record(f"{self.name}.announced", one, by=by, at=at, day=ending.ends_on.isoformat())
        notices.send(
            f"{self.name}.ending", one, to=project, occasion=at.isoformat(), act_url=self.page, at=at,
            ends_on=ending.ends_on,
        )  # fmt: skip
        return contract

    @transaction.atomic
    def remind(self, one: Yearly, *, at: datetime) -> None:
        """Tell, 30 days before, that it is renewed unless everything is deleted by its last day (49-1, 60-1)."""
        term_on = one.contract.term_on
        told = self._rows().to_remind(at).filter(pk=one.pk, contract__term_on=term_on)
        if term_on is None or not told.exists():
            raise Refused(_("This contract's term doesn't end soon, or that was told already."))
        self._rows().filter(pk=one.pk).update(reminded_for=term_on)
        one.reminded_for, until, occasion = term_on, end_of_day(term_on), term_on.isoformat()
        deadlines.put(f"deadline.{self.name}_renewal", one, occasion=occasion, due_at=until, act_url=self.page, at=at)
        notices.send(
            f"{self.name}.renewal", one, to=one.project, occasion=occasion, act_url=self.page, deadline=until, at=at,
            term_on=term_on,
        )  # fmt: skip

    @transaction.atomic
    def end(self, one: Yearly, *, at: datetime) -> None:
        """Its contract has ended (49-2, 60-2)."""
        moved = one.move("end", at=at)
        deadlines.clear(one, at=at)
        audit.record(f"{self.name}.ended", one, moved, by=SYSTEM, at=at)

    def to_remind(self, at: datetime) -> YearlyQuerySet:
        """Those to be told of their renewal now, in order."""
        return self._rows().to_remind(at).select_related("project__organisation", "contract").order_by("pk")

    def over(self) -> YearlyQuerySet:
        """Those that have ended but don't know yet, in order."""
        return self._rows().over().select_related("project__organisation").order_by("pk")

    def next_reminder(self, at: datetime) -> datetime | None:
        """When the next one is to be told of its renewal."""
        if self._rows().to_remind(at).exists():
            return at
        running = self._rows().active().filter(contract__state__in=("PROVISIONAL", "ACTIVE"))
        day = running.aggregate(day=Min("contract__term_on"))["day"]
        return max(at, midnight(day - timedelta(days=NOTICE_DAYS))) if day else None

    def _rows(self) -> YearlyQuerySet:
        rows: YearlyQuerySet = self.model._default_manager.all()
        return rows


def lock(project: Project) -> None:
    """Let nobody else order or delete parts in the project until the transaction ends."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
