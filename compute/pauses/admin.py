"""Staff's queue of long pauses: release the notice, give more time, take a measure, close (7-4, 7-5)."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from compute.pauses import actions
from compute.pauses.models import Measure, PauseCase
from core.admin import ReasonForm, Record, SureForm, verb


class NoticeForm(forms.Form):
    """A later last day, if wanted; never an earlier one than the terms allow."""

    deadline_on = forms.DateField(label=_("Last day of the grace (empty: one calendar month)"), required=False)


class ExtensionForm(forms.Form):
    """A later last day."""

    deadline_on = forms.DateField(label=_("New last day of the grace"))


class MeasureInline(admin.TabularInline):  # type: ignore[type-arg]
    """The measures taken."""

    model = Measure
    extra = 0
    can_delete = False

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(PauseCase)
class PauseCaseAdmin(Record):
    """No measure is ever taken by a machine; measures 1 and 4 ask twice."""

    list_display = ("server", "state", "stopped_since", "limit_on", "noticed_at", "deadline_on", "resumed_late_at")
    list_filter = ("state",)
    list_select_related = ("server",)
    search_fields = ("server__name",)
    ordering = ("-deadline_on", "limit_on")
    inlines = (MeasureInline,)
    actions = ("release_notice", "extend", "end_contract", "restrict", "act_on_conduct", "cancel_contract", "close")

    @verb(_("Send the notice (7-4) …"), form=NoticeForm)
    def release_notice(self, case: PauseCase, *, deadline_on: date | None, by: Actor, at: Any) -> None:
        actions.notify(case, deadline_on=deadline_on, by=by, at=at)

    @verb(_("Give more time …"), form=ExtensionForm)
    def extend(self, case: PauseCase, *, deadline_on: date, by: Actor, at: Any) -> None:
        actions.extend(case, deadline_on=deadline_on, by=by, at=at)

    @verb(_("Measure 1: end the contract …"), form=SureForm)
    def end_contract(self, case: PauseCase, *, reason: str, by: Actor, at: Any) -> None:
        actions.measure(case, Measure.Kind.END, reason=reason, by=by, at=at)

    @verb(_("Measure 2: restrict the use …"), form=ReasonForm)
    def restrict(self, case: PauseCase, *, reason: str, by: Actor, at: Any) -> None:
        actions.measure(case, Measure.Kind.RESTRICT, reason=reason, by=by, at=at)

    @verb(_("Measure 3: act on prohibited conduct …"), form=ReasonForm)
    def act_on_conduct(self, case: PauseCase, *, reason: str, by: Actor, at: Any) -> None:
        actions.measure(case, Measure.Kind.CONDUCT, reason=reason, by=by, at=at)

    @verb(_("Measure 4: cancel under the basic terms …"), form=SureForm)
    def cancel_contract(self, case: PauseCase, *, reason: str, by: Actor, at: Any) -> None:
        actions.measure(case, Measure.Kind.CANCEL, reason=reason, by=by, at=at)

    @verb(_("Close the case"))
    def close(self, case: PauseCase, *, by: Actor, at: Any) -> None:
        actions.close(case, by=by, at=at)
