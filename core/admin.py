"""What staff's pages share: state is read-only, and every change is a verb of the slice, called by staff.

class ContractAdmin(Record):
    list_display = ("number", "state")

    @verb(_("Confirm"))
    def confirm(self, contract, *, by, at, **_):
        contracts.confirm(contract, by=by, at=at)

    @verb(_("Refuse …"), form=ReasonForm)             # asks first, with the form
    def refuse(self, contract, *, reason, by, at):
        contracts.refuse(contract, reason, by=by, at=at)
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refused, Text
from core.operations import retry
from core.operations.models import Operation

Act = Callable[..., None]


class Record(admin.ModelAdmin):  # type: ignore[type-arg]
    """A table that staff read. Rows are made and changed by verbs only."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReasonForm(forms.Form):
    """Why; the customer reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason (the customer reads it)"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class SureForm(ReasonForm):
    """Why, and asked once more."""

    sure = forms.BooleanField(label=gettext_lazy("I have checked this and want to do it; it can't be undone."))


def verb(description: Text, *, form: type[forms.Form] | None = None) -> Callable[[Act], Any]:
    """An admin action that calls `act(self, row, by=, at=, **the form's values)` for each chosen row.

    A refusal is shown as a message and doesn't hold up the other rows.
    """

    def make(act: Act) -> Any:
        def action(self: Any, request: Any, rows: QuerySet[Any]) -> HttpResponse | None:
            values: dict[str, Any] = {}
            if form is not None:
                filled = form(request.POST if "confirmed" in request.POST else None)
                if not filled.is_valid():
                    return asked(self, request, rows, filled, description, act.__name__)
                values = {key: value for key, value in filled.cleaned_data.items() if key != "sure"}
            carry_out(self, request, rows, act, values)
            return None

        action.__name__ = act.__name__
        return admin.action(description=description)(action)  # type: ignore[arg-type]

    return make


def asked(self: Any, request: Any, rows: QuerySet[Any], form: forms.Form, description: Text, name: str) -> HttpResponse:
    """The question before an action."""
    context = {
        **self.admin_site.each_context(request),
        "title": description,
        "form": form,
        "rows": rows,
        "action": name,
        "opts": self.model._meta,
    }
    return render(request, "admin/ask.html", context)


def made_by(self: Any, request: Any, form: type[forms.Form], title: Text, act: Callable[..., Any]) -> Any:
    """The page on which staff make a new row by a verb: asks with the form, then answers what `act(**values)` gives.

    A refusal is shown at its field and nothing was made. Raises PermissionDenied for staff who may not add.
    """
    if not self.has_add_permission(request):
        raise PermissionDenied
    filled = form(request.POST or None, request.FILES or None)
    if request.method == "POST" and filled.is_valid():
        try:
            return act(**filled.cleaned_data, by=request.staff, at=request.now)
        except Refused as refusal:
            filled.add_error(refusal.field if refusal.field in filled.fields else None, str(refusal))
    context = {**self.admin_site.each_context(request), "title": title, "form": filled, "opts": self.model._meta}
    return render(request, "admin/new.html", context)


def carry_out(self: Any, request: Any, rows: QuerySet[Any], act: Act, values: dict[str, Any]) -> None:
    """Call the verb for each row, as the staff member at work, and say what became of it."""
    done = 0
    for row in rows:
        try:
            act(self, row, by=request.staff, at=request.now, **values)
            done += 1
        except Refused as refusal:
            messages.error(request, f"{row}: {refusal}")
    if done:
        messages.success(request, _("Done: %(count)s") % {"count": done})


@admin.register(Operation)
class OperationAdmin(Record):
    """The queue of what was asked of the outside world; failed rows can be tried again with the same key."""

    list_display = ("id", "kind", "subject_kind", "subject_pk", "state", "attempts", "next_at", "error")
    list_filter = ("state", "kind")
    ordering = ("-id",)
    actions = ("try_again",)

    @verb(gettext_lazy("Try again"))
    def try_again(self, operation: Operation, *, by: object, at: Any) -> None:
        retry(operation, at=at)
