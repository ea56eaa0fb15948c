"""Staff's page of servers whose machine is not as the panel has it."""

from datetime import datetime

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from compute.drift import actions
from compute.drift.models import Drift
from core.admin import Record, verb


@admin.register(Drift)
class DriftAdmin(Record):
    """What went down by itself is settled by the sweep; what runs unwanted is switched off here."""

    list_display = ("server", "expected", "observed", "first_seen_at", "seen_at", "resolved_at")
    list_filter = (("resolved_at", admin.EmptyFieldListFilter), "observed")
    list_select_related = ("server",)
    search_fields = ("server__name", "server__number")
    ordering = ("-seen_at",)
    actions = ("power_off_again",)

    @verb(_("Switch off the machine"))
    def power_off_again(self, drift: Drift, *, by: Actor, at: datetime) -> None:
        actions.power_off_again(drift, by=by, at=at)
