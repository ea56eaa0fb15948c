"""Payments by card in the panel's API."""

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404
from django.utils.translation import gettext

from accounts.api import Collection, PanelEndpoint, of_bills
from billing.invoices.models import Invoice
from billing.payments.models import PaymentAttempt
from core.api import Id, Instant, Made, Part, Text, Whole

PAYMENT = Part(
    {
        "ID": Made(str, "uuid"),
        "Purpose": Text("purpose"),
        "Invoice": Id("invoice_number"),
        "Try": Whole("position"),
        "Amount": Whole("amount"),
        "State": Text("state"),
        "AskedAt": Instant("asked_at"),
        "DecidedAt": Made(lambda state, at: None if state == "OPEN" else at.isoformat(), "state", "state_changed_at"),
        "Problem": Made(lambda problem: gettext(problem) if problem else "", "problem"),
        "Card": {"Brand": Text("card__brand"), "Last4": Text("card__last4")},
    }
)


def tried(request: Any) -> QuerySet[PaymentAttempt]:
    """What was asked of the organisation's cards, newest first. Raises Forbidden without the right to bills."""
    number = Invoice.objects.filter(pk=OuterRef("subject_pk")).values("number")
    of_invoice = PaymentAttempt.objects.filter(pk=OuterRef("pk"), purpose="INVOICE")
    rows = PaymentAttempt.objects.filter(organisation=of_bills(request))
    return rows.annotate(
        invoice_number=Subquery(of_invoice.annotate(number=Subquery(number)).values("number"))
    ).order_by("-asked_at", "-pk")


class Payments(Collection):
    """Every try to take money from a card, newest first: for invoices, and for what is paid when it is bought."""

    endpoint = PanelEndpoint

    def id_of(self, key: str) -> UUID:
        try:
            return UUID(key)
        except ValueError as error:
            raise Http404 from error


payments = Payments("payments", "Payment", "Payments", rows=tried, fields=PAYMENT, key="uuid")
