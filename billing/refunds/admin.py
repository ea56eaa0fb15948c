"""Refunds for staff: "Add" gives waiting credit back; a failed one leaves the credit waiting."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.refunds import actions
from billing.refunds.forms import RefundForm
from billing.refunds.models import Refund
from core.admin import Record, made_by
from core.web import gated


@admin.register(Refund)
class RefundAdmin(Record):
    """What was given back, which way, and what failed. Nothing comes back from a passport (10-2)."""

    list_display = ("asked_at", "organisation", "amount", "state", "goes_to", "reason", "problem")
    list_filter = ("state", "asked_at")
    list_select_related = ("organisation", "attempt__card")
    search_fields = ("organisation__name", "reference", "=number")
    ordering = ("-pk",)

    @admin.display(description=_("way"))
    def goes_to(self, refund: Refund) -> str:
        return refund.way

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("billing.add_refund"))

    def get_urls(self) -> list[URLPattern]:
        opened = gated(self.admin_site.admin_view(self.give), "staff")
        return [path("add/", opened, name="billing_refund_add"), *super().get_urls()]

    def give(self, request: Any) -> HttpResponseBase:
        """Ask how much and which way, then give it back or record that it was."""

        def act(**values: Any) -> HttpResponseBase:
            way, sent = values.pop("way"), {key: values.pop(key) for key in ("reference", "sent_on")}
            if way == "card":
                actions.to_card(**values)
                messages.success(request, gettext("A worker asks the gateway; look again in a moment."))
            else:
                actions.by_bank(**values, **sent)
                messages.success(request, gettext("Recorded; the customer is told."))
            return redirect("admin:billing_refund_changelist")

        answer: HttpResponseBase = made_by(self, request, RefundForm, _("Give credit back"), act)
        return answer
