"""Where to transfer what."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from accounts.organisations.models import Organisation
from billing.invoices import queries as invoices
from billing.means.actions import pays_by_bank
from billing.means.models import MeansRequest
from billing.postings.queries import with_open

SHOWN = 24


@dataclass(frozen=True)
class Where:
    """Our account in words."""

    account: str


def where_to(organisation: Organisation) -> Where | None:
    """Where to transfer to, for those who pay by bank transfer; None for the others. One query."""
    return Where(settings.BANK_ACCOUNT) if pays_by_bank(organisation.pk) else None


def to_transfer(organisation: Organisation, today: date) -> list[Any]:
    """Invoices with something to pay, the oldest first; each names the reference of its transfer. One query."""
    rows = with_open(invoices.issued_to(organisation), today).filter(open__gt=0)
    return list(rows.order_by("number")[:SHOWN])


def open_request(organisation: Organisation) -> MeansRequest | None:
    """The request that waits for an answer, or None. One query."""
    return MeansRequest.objects.filter(organisation=organisation, state__in=["APPLIED", "PROPOSED"]).first()


def last_request(organisation: Organisation) -> MeansRequest | None:
    """The newest request, whatever became of it, or None. One query."""
    rows = MeansRequest.objects.filter(organisation=organisation).select_related("invoice")
    return rows.order_by("-pk").first()
