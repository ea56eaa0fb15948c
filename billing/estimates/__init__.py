"""What things cost before they are ordered, while they run, and when they end.

estimates.order([("server", "2core-4gb"), ("ssd", "20gb")], zone="is1a", at=at).total
"""

from billing.estimates.endings import EndingPrice, of_ending
from billing.estimates.months import Charges, MonthSoFar, month_so_far, of_contract, of_contracts, this_month
from billing.estimates.orders import Estimate, Part, order

__all__ = [
    "Charges",
    "EndingPrice",
    "Estimate",
    "MonthSoFar",
    "Part",
    "month_so_far",
    "of_contract",
    "of_contracts",
    "of_ending",
    "order",
    "this_month",
]
