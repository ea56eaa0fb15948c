"""What staff do about a difference."""

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.reconciliation.models import Difference, Reconciliation

Kind = Difference.Kind

WHAT_TO_DO: dict[str, Promise] = {
    Kind.UNKNOWN: _(
        "Find it at the gateway by its reference. If one of our customers paid it and owes it, give it back there and "
        "charge the invoice from here; if nobody owes it, give it back there."
    ),
    Kind.MISSING: _(
        "Ask the gateway about this payment by our reference. Until that is clear the invoice counts as paid; don't "
        "charge it again."
    ),
    Kind.AMOUNT: _(
        "If the gateway has less, somebody gave money back there by hand: issue a return invoice, then choose “Record "
        "as given back by hand” for this difference. If it has more, give the rest back there."
    ),
    Kind.WAITING: _(
        "The gateway has given no definite answer for more than an hour. It is asked again by itself, with the same "
        "key; look at the operations for its error. Never charge it again by hand."
    ),
}


def last() -> Reconciliation | None:
    """The newest comparison that is over, with `found`, the number of its differences. One query."""
    over = Reconciliation.objects.exclude(state=Reconciliation.State.ASKED).annotate(found=Count("differences"))
    return over.order_by("-asked_at").first()


def of(pk: int) -> QuerySet[Difference]:
    """The differences of a comparison with their payments and customers, the largest first."""
    rows = Difference.objects.filter(reconciliation=pk).select_related("attempt__organisation")
    return rows.order_by("kind", "-theirs", "pk")
