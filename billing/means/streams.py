"""What pays which invoices: the card, a bank transfer, or the bill of another service (4-2, 13-2). Asked only here."""

from collections.abc import Collection
from dataclasses import dataclass

from billing.dues.models import Means
from billing.invoices.models import Invoice, Stream
from billing.means.models import HybridMeans, Merge

Kind = HybridMeans.Kind


@dataclass(frozen=True)
class Agreed:
    """What pays an organisation's charges: those of the cloud, and those of the hybrid connection."""

    cloud: Kind = Kind.CARD
    hybrid: Kind = Kind.CARD

    def of(self, stream: str) -> Kind:
        """What pays the invoices of a stream."""
        return self.cloud if stream == Stream.CLOUD else self.hybrid


def agreed_with(organisations: Collection[int]) -> dict[int, Agreed]:
    """By organisation (primary key). The hybrid connection follows the cloud until somebody chooses. Two queries."""
    by_bank = Means.objects.filter(organisation__in=organisations, kind=Means.Kind.BANK)
    cloud = dict.fromkeys(by_bank.values_list("organisation", flat=True), Kind.BANK)
    hybrid = dict(HybridMeans.objects.filter(organisation__in=organisations).values_list("organisation", "kind"))
    found = {pk: cloud.get(pk, Kind.CARD) for pk in organisations}
    return {pk: Agreed(general, Kind(hybrid.get(pk, general))) for pk, general in found.items()}


def of_invoice(invoice: Invoice) -> Kind:
    """What pays an invoice now. One whose merging was undone is paid as the cloud is. At most three queries."""
    agreed = agreed_with([invoice.organisation_id])[invoice.organisation_id]
    kind = agreed.of(invoice.stream)
    if kind == Kind.OTHER_BILL and Merge.objects.filter(invoice=invoice).exists():
        return agreed.cloud
    return kind


def merged_with(invoice: Invoice) -> Merge | None:
    """The merging with the bill of another service that holds for the invoice, or None. One query."""
    held = Merge.objects.filter(invoice=invoice, undoes=None, undone_by=None)
    return held.select_related("bill").first()
