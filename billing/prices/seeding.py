"""Filling an empty price book with the demo catalogue; safe to repeat, never changes what is there."""

from typing import Any

from billing.prices.catalogue import ENTRIES, SINCE, TAX_RATES, Entry


def seed(item: Any, price: Any, tax_rate: Any) -> None:
    """Add the items, prices and tax rates of the catalogue that don't exist yet. The arguments are the three models."""
    since = (SINCE, None)
    for position, entry in enumerate(ENTRIES, start=1):
        known = {field.name for field in item._meta.fields}
        fields = {name: value for name, value in _fields(entry, position).items() if name in known}
        item.objects.get_or_create(code=entry.code, defaults=fields)
        priced = set(price.objects.filter(item_id=entry.code).values_list("plan", flat=True))
        new = [row for row in entry.rows if row.plan not in priced]
        price.objects.bulk_create(
            price(
                item_id=entry.code, plan=row.plan, plan_ja=row.ja, plan_en=row.en, valid=since, hourly=row.hourly,
                daily=row.daily, monthly=row.monthly, unit=row.unit, included=row.included,
            )
            for row in new
        )  # fmt: skip
    for tax, rate in TAX_RATES.items():
        if not tax_rate.objects.filter(tax=tax).exists():
            tax_rate.objects.create(tax=tax, rate=rate, valid=since)


def _fields(entry: Entry, position: int) -> dict[str, Any]:
    return {
        "tariff": entry.tariff,
        "clause": entry.clause,
        "name_ja": entry.ja,
        "name_en": entry.en,
        "unit_ja": entry.unit_ja,
        "unit_en": entry.unit_en,
        "position": position if entry.listed else 0,
        "direction": entry.direction,
        "pooled": entry.pooled,
        "extends": entry.extends,
    }
