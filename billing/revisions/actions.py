"""Telling customers of coming prices, and of those withdrawn before they began."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import translation

from accounts import deadlines, notices
from accounts.organisations.models import Organisation
from billing.passports.models import Passport
from billing.prices.models import Price
from billing.revisions.changes import Change
from billing.revisions.models import PriceNotice
from core.calendar import jst_date, midnight

DEADLINE = "deadline.price_change"


@transaction.atomic
def tell(organisation: Organisation, changes: Iterable[Change], *, at: datetime) -> int:
    """Tell an organisation what changes for it, in one mail; returns how many of the changes were news.

    A price that begins or is withdrawn at this very moment is left out. Passports stay as they are (10-2).
    """
    wanted = {change.price.pk: change for change in changes}
    coming = Price.objects.select_for_update(no_key=True).filter(pk__in=list(wanted), valid__isempty=False)
    coming = coming.filter(valid__startswith__gt=jst_date(at)).exclude(notices__organisation=organisation)
    news = [wanted[pk] for pk in coming.order_by("pk").values_list("pk", flat=True)]
    if not news:
        return 0
    news.sort(key=lambda change: (change.since, change.price.item.position))
    rows = [
        PriceNotice.objects.create(
            organisation=organisation, price=change.price, former=change.former, resources=change.resources,
            quantity=change.quantity, before=change.before, after=change.after, told_at=at,
        )
        for change in news
    ]  # fmt: skip
    page = page_of_changes()
    with translation.override(organisation.language):
        for row, change in zip(rows, news, strict=True):
            deadlines.put(DEADLINE, row, due_at=midnight(change.since), act_url=page, at=at)
    notices.send(
        "price_change", rows[0], to=organisation, occasion="", act_url=page, at=at, changes=news,
        first_day=news[0].since, passports=has_passport(organisation, news),
    )  # fmt: skip
    return len(news)


@transaction.atomic
def tell_withdrawn(organisation: Organisation, rows: Iterable[PriceNotice], *, at: datetime) -> int:
    """Say in one mail that announced prices won't come; returns how many were news."""
    pks = [row.pk for row in rows]
    open_ones = PriceNotice.objects.select_for_update(of=("self",)).filter(pk__in=pks, withdrawn_at=None)
    gone = list(open_ones.select_related("price__item", "former__item").order_by("pk"))
    if not gone:
        return 0
    PriceNotice.objects.filter(pk__in=[row.pk for row in gone]).update(withdrawn_at=at)
    for row in gone:
        deadlines.clear(row, at=at)
    notices.send(
        "price_change_withdrawn", gone[0], to=organisation, occasion="", act_url=page_of_changes(), at=at, gone=gone
    )
    return len(gone)


def page_of_changes() -> str:
    """Where an organisation reads what changes for it."""
    return f"{reverse('costs')}#changes"


def has_passport(organisation: Organisation, changes: Iterable[Change]) -> bool:
    """Whether a passport of a plan in question is in force: it stays, and takes its share off the new price (10-2)."""
    plans = {change.price.plan for change in changes if change.price.item_id == "server"}
    return Passport.objects.filter(organisation=organisation, state=Passport.State.ACTIVE, plan__in=plans).exists()
