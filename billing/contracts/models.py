"""What was agreed, what hangs on what, and what a customer may order."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from accounts.levels import CREATE, SYSTEM_ONLY
from billing.contracts.endings import Due
from core.calendar import jst_date
from core.ids import NumberField
from core.lifecycle import Move, Stateful
from core.web import address

if TYPE_CHECKING:
    from accounts.access import Actor

gettext_noop("Contract")  # the title of contracts whose service has none


class OnEnd(models.TextChoices):
    """What happens to a contract when one it needs is to end."""

    ENDS = "ENDS", _("Ends with it")  # 11-2, 66-1, 84-4
    REFUSES = "REFUSES", _("Must be ended first")  # AM-12
    SURVIVES = "SURVIVES", _("Goes on and keeps being charged")  # 14-1, 74-2


ENDS, REFUSES, SURVIVES = OnEnd


class ContractQuerySet(models.QuerySet["Contract"]):
    """Which contracts."""

    def running(self) -> Self:
        """Those under which something is provided."""
        return self.filter(state__in=Contract.RUNNING)

    def live(self) -> Self:
        """Those running or applied for: what counts against a quota."""
        return self.filter(state__in=Contract.LIVE)

    def of(self, kind: str, pk: int) -> Self:
        """Those whose subject is that thing."""
        return self.filter(subject_kind=kind, subject_pk=pk)

    def visible_to(self, actor: "Actor") -> Self:
        """Those in projects in which the actor has at least `view`, and of organisations whose bills they may see."""
        if actor.sees_all:
            return self
        bills = [pk for pk, seat in actor.seats.items() if seat.bill]
        return self.filter(Q(project__in=actor.visible_projects()) | Q(organisation__in=bills))

    def used_since(self, at: datetime) -> Self:
        """Those that could be charged for time since that instant."""
        return self.filter(Q(closed_at=None) | Q(closed_at__gt=at))

    def over(self, at: datetime) -> Self:
        """Those whose last day has passed but which have not ended yet."""
        return self.filter(state=Contract.State.ENDING, ends_on__lt=jst_date(at))

    def to_confirm(self, at: datetime) -> Self:
        """Provisional ones whose next JST day is over (AM-26)."""
        return self.filter(state=Contract.State.PROVISIONAL, confirms_on__lt=jst_date(at))

    def to_renew(self, at: datetime) -> Self:
        """Running ones whose term is over (49-1, 60-1)."""
        yearly = self.filter(terms__renewal="YEARLY", term_on__lt=jst_date(at))
        return yearly.filter(state__in=(Contract.State.PROVISIONAL, Contract.State.ACTIVE))


class Contract(Stateful):
    """One service agreed with a customer, on the terms frozen when it was opened (3-1, 3-2).

    The subject is what is provided, as (kind, pk). `started_on`, `ends_on` and `ended_on` are JST days; `closed_at` is
    the instant from which nothing is charged any more. Sandbox contracts are recorded but never charged.
    """

    class State(models.TextChoices):
        APPLIED = "APPLIED", _("Applied")
        PROVISIONAL = "PROVISIONAL", _("Provisional")
        ACTIVE = "ACTIVE", _("Active")
        ENDING = "ENDING", _("Ending")
        ENDED = "ENDED", _("Ended")
        REFUSED = "REFUSED", _("Refused")

    RUNNING = (State.PROVISIONAL, State.ACTIVE, State.ENDING)
    LIVE = (State.APPLIED, *RUNNING)
    MOVES = {
        "provide": Move(State.APPLIED, to=State.PROVISIONAL, level=SYSTEM_ONLY),
        "confirm": Move(State.PROVISIONAL, to=State.ACTIVE, level=SYSTEM_ONLY),
        "refuse": Move(State.APPLIED, State.PROVISIONAL, to=State.REFUSED, level=SYSTEM_ONLY),
        "change": Move(State.PROVISIONAL, State.ACTIVE, to=State.PROVISIONAL, level=CREATE),
        "announce": Move(State.PROVISIONAL, State.ACTIVE, to=State.ENDING, level=CREATE),
        "withdraw": Move(State.ENDING, to=State.ACTIVE, level=CREATE),
        "end": Move(State.APPLIED, *RUNNING, to=State.ENDED, level=CREATE),
    }

    number = NumberField()
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", db_index=False)
    project = models.ForeignKey("accounts.Project", models.PROTECT, related_name="+", db_index=False)
    service = models.CharField(_("service"), max_length=48)
    name = models.CharField(_("name"), max_length=200, blank=True)
    subject_kind = models.CharField(max_length=64)
    subject_pk = models.BigIntegerField()
    zone = models.CharField(_("zone"), max_length=16, blank=True)
    # What several contracts of a project have in common when they are charged: "sim:8981..." (36-2, 36-3).
    group = models.CharField(max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=11, choices=State.choices, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    concluded_at = models.DateTimeField(_("concluded"))
    started_on = models.DateField(_("start date"))
    confirms_on = models.DateField(_("confirmed at the end of"))
    term_on = models.DateField(_("last day of the term"), null=True)
    ends_on = models.DateField(_("ends on"), null=True)
    ended_on = models.DateField(_("contract end date"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    reason = models.CharField(_("reason of the end or the refusal"), max_length=200, blank=True)
    business_use = models.BooleanField(_("declared business use"), default=False)
    charged = models.BooleanField(_("charged"), default=True)
    due = models.CharField(_("due"), max_length=8, choices=Due.choices, default=Due.TENTH)
    terms = models.JSONField(_("terms"), default=dict)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.CheckConstraint(
                name="contract_ended_is_closed",
                condition=Q(state__in=("ENDED", "REFUSED")) ^ Q(closed_at=None),
            ),
            models.CheckConstraint(
                name="contract_ending_has_a_day", condition=~Q(state="ENDING") | Q(ends_on__isnull=False)
            ),
            models.CheckConstraint(
                name="contract_ends_after_start", condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on"))
            ),
        ]
        indexes = [
            models.Index("organisation", "id", name="contract_of_organisation"),
            models.Index("subject_kind", "subject_pk", name="contract_of_subject"),
            models.Index("project", "service", "id", name="contract_of_project"),
            models.Index("project", "group", name="contract_of_group", condition=~Q(group="")),
            models.Index("ends_on", name="contract_ending", condition=Q(state="ENDING")),
            models.Index("confirms_on", name="contract_provisional", condition=Q(state="PROVISIONAL")),
            models.Index("term_on", name="contract_term", condition=Q(closed_at=None, term_on__isnull=False)),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.title} {self.name}".strip()

    @property
    def title(self) -> str:
        """What the service is called, in the reader's language."""
        return gettext(self.terms.get("title") or "Contract")

    def get_absolute_url(self) -> str:
        return address("contract", self.number)

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return {"APPLIED": "busy", "ENDING": "warn", "ENDED": "idle", "REFUSED": "bad"}.get(self.state, "ok")

    @property
    def survives(self) -> str:
        """The clause by which it outlives all base services; "" when there is none (14-1, 74-2)."""
        return str(self.terms.get("survives", ""))

    @property
    def is_running(self) -> bool:
        return self.state in self.RUNNING

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE


class Link(models.Model):
    """`contract` needs `needs`; on_end: what happens when that one is to end. The cascade, and the contract graph."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="links")
    needs = models.ForeignKey(Contract, models.PROTECT, related_name="dependants")
    on_end = models.CharField(_("when it ends"), max_length=8, choices=OnEnd.choices)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [
            models.UniqueConstraint(fields=["contract", "needs"], name="link_once"),
            models.CheckConstraint(name="link_to_another", condition=~Q(contract=F("needs"))),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} → {self.needs_id}"


class Quota(models.Model):
    """How many of a service one project may have; without a project it is the default for all."""

    project = models.ForeignKey("accounts.Project", models.PROTECT, null=True, blank=True, related_name="+")
    service = models.CharField(_("service"), max_length=48)
    limit = models.PositiveIntegerField(_("limit"))

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints = [models.UniqueConstraint(fields=["service", "project"], name="quota_once", nulls_distinct=False)]

    def __str__(self) -> str:
        return f"{self.service} ≤ {self.limit}"


class Standing(models.Model):
    """What a customer may order now. A block leaves reading, stopping, deleting and paying open (4-3, AM-2)."""

    organisation = models.OneToOneField("accounts.Organisation", models.PROTECT, related_name="standing")
    additions_blocked = models.BooleanField(_("additions blocked"), default=False)
    changed_at = models.DateTimeField(_("changed"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def sentence(self) -> str:
        """What is blocked, what goes on, and how to clear it: said by the banner, refusals and the API alike (4-3)."""
        text = gettext(
            "Nothing can be added or enlarged now, that is no new service, larger plan, option or passport, because "
            "your card could not be authorised. Everything that runs goes on, and stopping, deleting, cancelling and "
            "paying stay possible. Change the card, authorise it again or pay to clear this at once."
        )
        return f"{text} {gettext(self.reason)}" if self.reason else text
