"""Invoices for staff: read-only, except that what is held back is decided on."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from billing.dues import actions as dues
from billing.invoices import runs
from billing.invoices.models import Invoice
from billing.postings.queries import Paid, with_open
from core.admin import ReasonForm, Record, verb
from core.calendar import jst_date


@admin.register(Invoice)
class InvoiceAdmin(Record):
    """Invoices; the customer's page explains their lines."""

    list_display = ("label", "organisation", "month", "stream", "state", "total", "due_on", "held_back", "is_paid")
    list_filter = ("state", "held_back", "stream", "month")
    list_select_related = ("organisation",)
    search_fields = ("=number",)
    ordering = ("-number",)
    actions = ("release", "rerun", "charge")

    def get_queryset(self, request: Any) -> Any:
        return with_open(super().get_queryset(request), jst_date(request.now))

    @admin.display(description=_("Payment"))
    def is_paid(self, invoice: Any) -> str:
        return str(Paid(invoice.paid).label) if invoice.number else ""

    @verb(_("Release what was held back: it is right …"), form=ReasonForm)
    def release(self, invoice: Invoice, *, reason: str, by: Actor, at: Any) -> None:
        runs.release(invoice, reason, by=by, at=at)

    @verb(_("Discard what was held back and write it anew"))
    def rerun(self, invoice: Invoice, *, by: Actor, at: Any) -> None:
        runs.rerun(invoice, by=by, at=at)

    @verb(_("Charge the customer's card now"))
    def charge(self, invoice: Invoice, *, by: Actor, at: Any) -> None:
        dues.pay(invoice, by=by, at=at)
