"""The quality guarantee: `credits.marks(contracts, at)`, `credits.months_of(contract, actor, at=)`."""

from billing.credits.console import months_of
from billing.credits.outages import marks

__all__ = ["marks", "months_of"]
