"""What something will cost, costs so far this month, costs to end now: rated by the rule of invoices, no other.

    estimates.order([("server", "2core-4gb"), ("ssd", "20gb")], zone="is1a", charged=True, at=at) -> Estimate
    estimates.of_contract(contract, at=at) -> ContractCharges      shown by components/charges.html as `charges`
    estimates.of_ending(contract, at=at) -> EndingPrice            for EVERY dialog that ends something, see below
    estimates.of_stopping(contract, at=at) -> EndingPrice          likewise, for a pause
    estimates.month_so_far([contract_pk, ...], at=at) -> {contract_pk: yen}      for lists
    estimates.this_month(organisation, at=at) -> MonthSoFar        for the dashboard and the page of charges

A dialog that ends something gives its template `ending=estimates.of_ending(thing.contract, at=request.now)`; there

    {% include "components/ending.html" %}       says what ends with it, what must go first, what goes on
    {% include "components/end_button.html" with keep_url=thing.get_absolute_url %}   is blocked while something must go

Attach what hangs on another by `contracts.open(..., needs=[(contract, ENDS)])`, REFUSES or SURVIVES; that is all.

Amounts are yen without tax unless said otherwise; components/estimate.html shows an `Estimate` as `price`.
"""

from billing.estimates.charges import ContractCharges, MonthSoFar, month_so_far, of_contract, this_month
from billing.estimates.ending import EndingPrice, of_ending, of_stopping
from billing.estimates.orders import Estimate, EstimateLine, order

__all__ = [
    "ContractCharges",
    "EndingPrice",
    "Estimate",
    "EstimateLine",
    "MonthSoFar",
    "month_so_far",
    "of_contract",
    "of_ending",
    "of_stopping",
    "order",
    "this_month",
]
