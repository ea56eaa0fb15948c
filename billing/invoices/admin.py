"""Runs and invoices for staff: read-only, except that a month can be closed by hand."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from billing.invoices import closing
from billing.invoices.models import BillingRun, Invoice
from core.admin import Record, verb
from core.calendar import Month


@admin.register(BillingRun)
class BillingRunAdmin(Record):
    """The closed months."""

    list_display = ("month", "cutoff", "engine", "finished_at", "published_at", "issued", "drafts")
    ordering = ("-month",)
    actions = ("run_again",)

    @admin.display(description=_("Issued"))
    def issued(self, run: BillingRun) -> int:
        return run.invoices.filter(state=Invoice.State.ISSUED).count()

    @admin.display(description=_("Drafts"))
    def drafts(self, run: BillingRun) -> int:
        return run.invoices.filter(state=Invoice.State.DRAFT).count()

    @verb(_("Run again: invoice whoever has no invoice of the month"))
    def run_again(self, run: BillingRun, *, by: Actor, at: Any) -> None:
        closing.close(Month.of(run.month), at=at)


@admin.register(Invoice)
class InvoiceAdmin(Record):
    """Invoices; the customer's page explains their lines."""

    list_display = ("label", "organisation", "month", "stream", "state", "subtotal", "tax", "total", "due_on")
    list_filter = ("state", "stream", "month")
    list_select_related = ("organisation",)
    search_fields = ("=number",)
    ordering = ("-number",)
