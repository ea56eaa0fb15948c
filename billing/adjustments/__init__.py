"""What is charged after a month was closed: late usage and staff's corrections, each on the next invoice, once.

adjustments.add(contract, price, 1200, for_month=month, reason="...", by=by, at=at)
adjustments.withdraw(adjustment, by=by, at=at)
Adjustment.objects.waiting()
"""

from billing.adjustments.actions import add, withdraw
from billing.adjustments.models import Adjustment

__all__ = ["Adjustment", "add", "withdraw"]
