"""Customers, as staff see them: accept, refuse (AM-27)."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy

from accounts.access import Actor
from accounts.members.models import Member
from accounts.organisations import actions
from accounts.organisations.models import Organisation
from accounts.viewing.admin import view_as
from core.admin import Record, verb


class RefusalForm(forms.Form):
    """The ground of a refusal."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason (the customer reads it)"), choices=Organisation.Reason.choices
    )


class MembersInline(admin.TabularInline):  # type: ignore[type-arg]
    """Who belongs to the organisation."""

    model = Member
    fields = ("user", "is_owner", "may_bill", "may_eventlog", "created_at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(Organisation)
class OrganisationAdmin(Record):
    list_display = ("number", "name", "kind", "state", "concluded_at", "created_at")
    list_filter = ("state", "kind")
    search_fields = ("name", "billing_name", "=number", "members__user__email")
    ordering = ("-id",)
    inlines = (MembersInline,)
    actions = ("accept", "refuse", view_as)

    @verb(gettext_lazy("Accept as a customer"))
    def accept(self, organisation: Organisation, *, by: Actor, at: datetime) -> None:
        actions.accept(organisation, by=by, at=at)

    @verb(gettext_lazy("Refuse …"), form=RefusalForm)
    def refuse(self, organisation: Organisation, *, reason: str, by: Actor, at: datetime) -> None:
        actions.refuse(organisation, reason, by=by, at=at)
