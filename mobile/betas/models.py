"""Beta sub-options: what staff offer for trial, and who tries it (61-1)."""

from datetime import date, datetime
from typing import ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.access import CREATE, SYSTEM_ONLY, Resource, ResourceQuerySet
from core.calendar import jst_date
from core.lifecycle import Move
from core.web import address
from mobile.connect.models import Interruption


class BetaQuerySet(models.QuerySet["Beta"]):
    """Betas."""

    def open_on(self, day: date) -> Self:
        """Those that can be tried on a day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), opens_on__lte=day)


class Beta(models.Model):
    """A sub-option on trial, kept by staff: free, until it is abolished or goes formal (61-1, 63-2, 65-1)."""

    class Parent(models.TextChoices):
        CONNECT = "CONNECT", _("Secure Mobile Connect")
        MONO = "MONO", _("Mono Platform")

    code = models.SlugField(_("code"), max_length=32, unique=True)
    parent = models.CharField(_("parent service"), max_length=7, choices=Parent.choices)
    title_ja = models.CharField(_("name in Japanese"), max_length=64)
    title_en = models.CharField(_("name in English"), max_length=64)
    summary_ja = models.TextField(_("summary in Japanese"), max_length=1000)
    summary_en = models.TextField(_("summary in English"), max_length=1000)
    opens_on = models.DateField(_("offered from"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    # Where the regular service is ordered; without it, the beta is abolished.
    formal_path = models.CharField(
        _("order page of the regular service"), max_length=200, blank=True, validators=[RegexValidator(r"^/[^/\\]")]
    )

    objects = BetaQuerySet.as_manager()

    class Meta:
        verbose_name = _("beta service")
        verbose_name_plural = _("beta services")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("opens_on")), name="beta_ends_later"),
            models.CheckConstraint(
                condition=Q(formal_path="") | Q(ends_on__isnull=False), name="beta_goes_formal_by_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.title_ja if get_language() == "ja" else self.title_en

    @property
    def summary(self) -> str:
        return self.summary_ja if get_language() == "ja" else self.summary_en


class EnrolmentQuerySet(ResourceQuerySet):
    """Enrolments."""

    def over(self) -> Self:
        """Those whose contract has ended, with that of the parent for example (66-1)."""
        return self.alive().filter(contract__state__in=("ENDED", "REFUSED"))

    def to_tell(self) -> Self:
        """Those that have not been told of the beta's last day as it is now (63-2, 65-1)."""
        told = Q(told_for=F("beta__ends_on"))
        return self.alive().exclude(contract=None).filter(beta__ends_on__isnull=False).filter(~told | Q(told_for=None))

    def past(self, at: datetime) -> Self:
        """Those whose beta's last day has passed (63-2, 65-1)."""
        return self.alive().filter(beta__ends_on__lt=jst_date(at))

    def to_suspend(self) -> Self:
        """Those in use whose parent is stopped: both parents stand on Secure Mobile Connect (51-1, 66-2)."""
        concluded = self.filter(state__in=("SETTING", "ACTIVE"), contract__isnull=False)
        return concluded.filter(Interruption.objects.stopping())

    def to_resume(self) -> Self:
        """Those that were suspended with a parent that goes on (66-2)."""
        return self.filter(~Interruption.objects.stopping(), state="SUSPENDED")


class Enrolment(Resource):
    """A project tries a beta: a contract from the moment its setting is completed (62-1).

    With a contract, SETTING means that it is set up again after a suspension.
    """

    class State(models.TextChoices):
        SETTING = "SETTING", _("Being set up")
        ACTIVE = "ACTIVE", _("In use")
        SUSPENDED = "SUSPENDED", _("Stopped with its parent")
        DELETED = "DELETED", _("Ended")

    MOVES = {
        "complete": Move(State.SETTING, to=State.ACTIVE, level=SYSTEM_ONLY),
        "suspend": Move(State.SETTING, State.ACTIVE, to=State.SUSPENDED, level=SYSTEM_ONLY),
        "resume": Move(State.SUSPENDED, to=State.SETTING, level=SYSTEM_ONLY),
        "end": Move(State.SETTING, State.ACTIVE, State.SUSPENDED, to=State.DELETED, level=CREATE),
    }

    beta = models.ForeignKey(Beta, models.PROTECT, related_name="enrolments", verbose_name=_("beta service"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.SETTING, editable=False)
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+", null=True)
    told_for = models.DateField(_("told of the last day"), null=True)

    objects: ClassVar[models.Manager[Self]] = EnrolmentQuerySet.as_manager()

    class Meta(Resource.Meta):
        verbose_name = _("enrolment in a beta")
        verbose_name_plural = _("enrolments in betas")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "beta"], condition=~Q(state="DELETED"), name="enrolled_once_a_project"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("ACTIVE", "SUSPENDED")) | Q(contract__isnull=False),
                name="enrolment_in_use_has_a_contract",
            ),
        ]

    def get_absolute_url(self) -> str:
        return address("beta", self.number)
