"""The admin action that begins looking."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.organisations.models import Organisation
from accounts.viewing import actions
from core.admin import asked


class WhyForm(forms.Form):
    """Why staff look."""

    reason = forms.CharField(label=gettext_lazy("Reason (the customer reads it)"), max_length=200)


@admin.action(description=gettext_lazy("View as customer …"))
def view_as(self: Any, request: Any, rows: QuerySet[Organisation]) -> HttpResponse | None:
    """Ask why, then open the panel as the one chosen customer sees it."""
    chosen = list(rows[:2])
    if len(chosen) != 1:
        messages.error(request, _("Choose one customer."))
        return None
    form = WhyForm(request.POST if "confirmed" in request.POST else None)
    if not form.is_valid():
        return asked(self, request, rows, form, gettext_lazy("View as customer …"), "view_as")
    actions.start(request.session, chosen[0], reason=form.cleaned_data["reason"], by=request.staff, at=request.now)
    return redirect("dashboard")
