"""Staff's queue of provisional additions (3-2, AM-26, AM-29), applications, quotas and standings."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from billing.contracts import ending, quotas
from billing.contracts.models import Contract, Link, Quota, Standing
from core.admin import ReasonForm, Record, SureForm, verb


class LinkInline(admin.TabularInline):  # type: ignore[type-arg]
    """What the contract hangs on."""

    model = Link
    fk_name = "contract"
    extra = 0
    can_delete = False

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(Contract)
class ContractAdmin(Record):
    """Provisional ones are confirmed by the schedule unless staff refuse them in time."""

    list_display = ("number", "organisation", "service", "name", "state", "started_on", "confirms_on", "ended_on")
    list_filter = ("state", "service")
    list_select_related = ("organisation",)
    search_fields = ("=number", "name")
    ordering = ("-pk",)
    inlines = (LinkInline,)
    actions = ("provide", "confirm", "refuse", "end")

    @verb(_("Accept the application"))
    def provide(self, contract: Contract, *, by: Actor, at: Any) -> None:
        ending.provide(contract, by=by, at=at)

    @verb(_("Confirm now"))
    def confirm(self, contract: Contract, *, by: Actor, at: Any) -> None:
        ending.confirm(contract, by=by, at=at)

    @verb(_("Refuse: stop it and keep the data (3-2) …"), form=ReasonForm)
    def refuse(self, contract: Contract, *, reason: str, by: Actor, at: Any) -> None:
        ending.refuse(contract, reason, by=by, at=at)

    @verb(_("End it today …"), form=SureForm)
    def end(self, contract: Contract, *, reason: str, by: Actor, at: Any) -> None:
        ending.close(contract, reason=reason, immediately=True, by=by, at=at)


class LimitForm(forms.Form):
    """How many from now on."""

    limit = forms.IntegerField(label=_("limit"), min_value=0, max_value=10_000_000)


@admin.register(Quota)
class QuotaAdmin(Record):
    """How many of a service a project may have; without a project, all others."""

    fields = ("service", "project", "limit")
    list_display = ("service", "project", "limit")
    list_filter = ("service",)
    list_select_related = ("project",)
    autocomplete_fields = ("project",)
    ordering = ("service", "project")
    actions = ("set_limit",)

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return bool(request.user.has_perm("billing.add_quota"))

    def save_model(self, request: Any, obj: Quota, form: Any, change: bool) -> None:
        saved = quotas.set_limit(obj.service, obj.limit, project=obj.project, by=request.staff, at=request.now)
        obj.pk = saved.pk

    @verb(_("Set another limit …"), form=LimitForm)
    def set_limit(self, quota: Quota, *, limit: int, by: Actor, at: Any) -> None:
        quotas.set_limit(quota.service, limit, project=quota.project, by=by, at=at)


@admin.register(Standing)
class StandingAdmin(Record):
    """Who may add nothing now, and why (4-3)."""

    list_display = ("organisation", "additions_blocked", "changed_at", "reason")
    list_filter = ("additions_blocked",)
    list_select_related = ("organisation",)
    ordering = ("-changed_at",)
