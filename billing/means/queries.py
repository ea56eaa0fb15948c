"""Where to transfer what."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from accounts.organisations.models import Organisation
from billing.invoices import queries as invoices
from billing.invoices.models import Stream
from billing.means import streams
from billing.means.actions import pays_by_bank
from billing.means.models import HybridMeans, MeansRequest
from billing.postings.queries import with_open

SHOWN = 24


@dataclass(frozen=True)
class Where:
    """Our account in words."""

    account: str


def where_to(organisation: Organisation, stream: str = Stream.CLOUD) -> Where | None:
    """Where to transfer the invoices of a stream to, for those who do; None for the others. Two queries."""
    return Where(settings.BANK_ACCOUNT) if pays_by_bank(organisation.pk, stream) else None


def to_transfer(organisation: Organisation, today: date) -> list[Any]:
    """Invoices to be paid by transfer, the oldest first; each names the reference of its transfer. Three queries."""
    agreed = streams.agreed_with([organisation.pk])[organisation.pk]
    by_bank = [stream for stream in Stream if agreed.of(stream) == streams.Kind.BANK]
    rows = with_open(invoices.issued_to(organisation), today).filter(open__gt=0, stream__in=by_bank)
    return list(rows.order_by("number")[:SHOWN])


def open_request(organisation: Organisation) -> MeansRequest | None:
    """The request that waits for an answer, or None. One query."""
    return MeansRequest.objects.filter(organisation=organisation, state__in=["APPLIED", "PROPOSED"]).first()


def last_request(organisation: Organisation) -> MeansRequest | None:
    """The newest request, whatever became of it, or None. One query."""
    rows = MeansRequest.objects.filter(organisation=organisation).select_related("invoice")
    return rows.order_by("-pk").first()


def of_hybrid(organisation: Organisation) -> HybridMeans | None:
    """What the customer chose for the hybrid connection; None: as the cloud. One query."""
    return HybridMeans.objects.filter(organisation=organisation).select_related("bill").first()
