"""Yen are whole numbers; unit prices are `Decimal`. The only rounding of the project is here, and it rounds down."""

from decimal import ROUND_FLOOR, Decimal


def floor_yen(amount: Decimal) -> int:
    """Whole yen, rounded down: once per invoice line that has a fractional unit price."""
    return int(amount.to_integral_value(rounding=ROUND_FLOOR))


def tax_of(base: int, rate: Decimal) -> int:
    """Consumption tax in yen on `base` yen, floored once per rate and invoice (never per line). rate: 0.10 for 10 %."""
    return floor_yen(base * rate)


def yen(amount: int) -> str:
    """The amount as people read it: ¥1,234, with a minus sign before the yen sign."""
    return f"-¥{-amount:,}" if amount < 0 else f"¥{amount:,}"
