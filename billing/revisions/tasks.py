"""The sweep that tells of coming prices: due and not yet told."""

from datetime import datetime
from itertools import groupby

from django.db.models import QuerySet

from accounts.organisations.models import Organisation
from billing.prices.models import Price
from billing.revisions import actions, changes
from billing.revisions.models import PriceNotice
from core.calendar import jst_date
from core.schedule import Every, each, sweep


def is_any_coming(at: datetime) -> bool:
    """Whether any price is still to begin: mostly not, and then nothing else need be asked."""
    return Price.objects.filter(valid__isempty=False, valid__startswith__gt=jst_date(at)).exists()


def withdrawn() -> QuerySet[PriceNotice]:
    """What was told and won't come, without the customer knowing yet."""
    gone = PriceNotice.objects.filter(withdrawn_at=None, price__valid__isempty=True)
    return gone.select_related("organisation").order_by("organisation", "pk")


def next_telling(at: datetime) -> datetime | None:
    """Now, or when staff or customers act; time alone brings nothing."""
    news = withdrawn().exists() or (is_any_coming(at) and bool(changes.untold(at)))
    return at if news else None


@sweep(Every(60), next_due=next_telling)
def tell_prices(at: datetime) -> None:
    """Tell each organisation of the prices that will change for it, or won't after all: one mail an hour at most."""
    gone = [(owner, list(rows)) for owner, rows in groupby(withdrawn(), key=lambda row: row.organisation)]
    each(gone, lambda one: actions.tell_withdrawn(*one, at=at))
    if is_any_coming(at):
        found = changes.untold(at)
        owners = Organisation.objects.filter(pk__in=list(found)).order_by("pk")
        each(owners.iterator(1000), lambda owner: actions.tell(owner, found[owner.pk], at=at))


SWEEPS = (tell_prices,)
