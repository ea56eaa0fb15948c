"""The comparisons with the gateway for staff: each difference with what to do about it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.access import Actor
from billing.reconciliation import actions, listing
from billing.reconciliation.models import Difference, Reconciliation
from core.admin import ReasonForm, Record, verb
from core.errors import Refused
from core.web import gated


@admin.register(Reconciliation)
class ReconciliationAdmin(Record):
    """One a night, and when staff ask; all must end with no difference."""

    list_display = ("asked_at", "state", "payments", "theirs", "ours", "differences")
    list_filter = ("state",)
    ordering = ("-asked_at",)
    change_list_template = "admin/reconciliations.html"
    change_form_template = "admin/reconciliation.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reconciliation]:
        rows: QuerySet[Reconciliation] = super().get_queryset(request)
        return rows.annotate(found=Count("differences"))

    @admin.display(description=_("Differences"))
    def differences(self, row: Any) -> int:
        return int(row.found)

    def get_urls(self) -> list[URLPattern]:
        now = gated(require_POST(self.admin_site.admin_view(self.compare)), "staff")
        return [path("now/", now, name="billing_reconciliation_now"), *super().get_urls()]

    def compare(self, request: Any) -> HttpResponse:
        """Compare now."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            actions.ask(by=request.staff, at=request.now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, gettext("A worker compares; look again in a moment."))
        return redirect("admin:billing_reconciliation_changelist")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        rows = listing.of(int(object_id)) if object_id.isdecimal() else Difference.objects.none()
        shown = [(row, listing.WHAT_TO_DO[row.kind]) for row in rows]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "differences": shown})


@admin.register(Difference)
class DifferenceAdmin(Record):
    """All differences, the newest first."""

    list_display = ("reconciliation", "kind", "customer", "reference", "theirs", "ours")
    list_filter = ("kind",)
    list_select_related = ("reconciliation", "attempt__organisation")
    search_fields = ("reference", "attempt__organisation__name")
    ordering = ("-pk",)
    actions = ("note_refund",)

    @admin.display(description=_("Customer"))
    def customer(self, row: Difference) -> str:
        return str(row.attempt.organisation) if row.attempt else "—"

    @verb(_("Record as given back by hand …"), form=ReasonForm)
    def note_refund(self, row: Difference, *, reason: str, by: Actor, at: Any) -> None:
        actions.note_refund(row, reason, by=by, at=at)
