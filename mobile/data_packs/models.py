"""Data packs: a set volume a month at a fixed amount, shared by the SIMs of a project (38-2)."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import SYSTEM_ONLY, Resource, ResourceQuerySet
from core.lifecycle import Move
from core.web import address


class DataPackQuerySet(ResourceQuerySet):
    """Packs."""

    def over(self) -> Self:
        """Those whose contract has ended but which have not yet."""
        return self.alive().filter(contract__state__in=("ENDED", "REFUSED")).select_related("project__organisation")


class DataPack(Resource):
    """One pack, from its order until its contract ends."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", _("In use")
        DELETED = "DELETED", _("Ended")

    MOVES = {"end": Move(State.ACTIVE, to=State.DELETED, level=SYSTEM_ONLY)}

    plan = models.CharField(_("plan"), max_length=32)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ACTIVE, editable=False)
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[Self]] = DataPackQuerySet.as_manager()

    class Meta(Resource.Meta):
        verbose_name = _("data pack")
        verbose_name_plural = _("data packs")

    def get_absolute_url(self) -> str:
        return address("pack", self.number)
