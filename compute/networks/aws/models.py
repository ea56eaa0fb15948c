"""AWS connections: a local router joined privately with the customer's AWS account (20-1, 21-1)."""

import re
from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import CREATE, SYSTEM_ONLY, Resource, ResourceQuerySet
from core.lifecycle import Move
from core.web import address

DIGITS = re.compile(r"[0-9]{12}\Z")
TWELVE_DIGITS = RegexValidator(DIGITS, _("An AWS account ID has 12 digits."))


class AwsQuerySet(ResourceQuerySet):
    """AWS connections."""

    def for_list(self) -> Self:
        """With what a list shows, in one query."""
        return self.alive().select_related("local_router", "contract")


class AwsConnection(Resource):
    """Charged by whole months from the order to the end of its contract, whatever AWS says of it (23-1).

    aws_account: the customer's own contract with AWS (21-1). vlan: of the line to AWS, ours alone while it exists.
    counted_until: data is counted up to this hour (24-2).
    """

    class State(models.TextChoices):
        ORDERING = "ORDERING", _("Being ordered at AWS")
        REQUESTED = "REQUESTED", _("Waits for your acceptance in AWS")
        PENDING = "PENDING", _("Being set up by AWS")
        AVAILABLE = "AVAILABLE", _("Connected")
        DOWN = "DOWN", _("Interrupted at AWS")
        REJECTED = "REJECTED", _("Rejected")
        DELETED = "DELETED", _("Deleted")

    LIVE = (State.ORDERING, State.REQUESTED, State.PENDING, State.AVAILABLE, State.DOWN)
    TONES = {
        State.ORDERING: "busy", State.REQUESTED: "warn", State.PENDING: "busy", State.AVAILABLE: "ok",
        State.DOWN: "bad", State.REJECTED: "bad", State.DELETED: "idle",
    }  # fmt: skip
    MOVES = {
        "see_requested": Move(*LIVE, to=State.REQUESTED, level=SYSTEM_ONLY),
        "see_pending": Move(*LIVE, to=State.PENDING, level=SYSTEM_ONLY),
        "see_available": Move(*LIVE, to=State.AVAILABLE, level=SYSTEM_ONLY),
        "see_down": Move(*LIVE, to=State.DOWN, level=SYSTEM_ONLY),
        "see_rejected": Move(*LIVE, to=State.REJECTED, level=SYSTEM_ONLY),
        "delete": Move(*LIVE, State.REJECTED, to=State.DELETED, level=CREATE),
    }

    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.ORDERING)
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    local_router = models.ForeignKey("compute.LocalRouter", models.PROTECT, related_name="aws_connections")
    aws_account = models.CharField(_("AWS account ID"), max_length=12, validators=[TWELVE_DIGITS])
    vlan = models.PositiveSmallIntegerField(_("VLAN"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    counted_until = models.DateTimeField(_("counted until"))

    objects: ClassVar[models.Manager[Self]] = AwsQuerySet.as_manager()

    class Meta(Resource.Meta):
        verbose_name = _("AWS connection")
        verbose_name_plural = _("AWS connections")
        indexes = [*Resource.Meta.indexes, GinIndex(fields=["tags"], name="awsconnection_by_tag")]
        constraints = [
            models.UniqueConstraint(fields=["vlan"], name="aws_vlan_once", condition=~Q(state="DELETED")),
            models.CheckConstraint(name="aws_vlan_in_range", condition=Q(vlan__gte=2, vlan__lte=4094)),
            models.CheckConstraint(name="aws_account_digits", condition=Q(aws_account__regex=r"^[0-9]{12}$")),
        ]

    def get_absolute_url(self) -> str:
        return address("aws_connection", self.number)


class AwsNews(models.Model):
    """What staff told everybody who has an AWS connection: AWS changes or ends something (27-1)."""

    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("text"), max_length=2000)
    effective_on = models.DateField(_("effective from"))
    abolishes = models.BooleanField(
        _("abolition"), default=False, help_text=_("From that day on the connections are ended.")
    )
    told_at = models.DateTimeField(_("told"))

    class Meta:
        verbose_name = _("news about AWS connections")
        verbose_name_plural = _("news about AWS connections")

    def __str__(self) -> str:
        return self.title
