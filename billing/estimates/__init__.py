"""What something will cost, costs so far this month, and costs to end now: the same tariffs as the invoice.

!!! NOTE from the lead, 11:25: a second helper (`charges`) writes billing/estimates/**, the templates components/{estimate,charges,ending}.html,
!!! and the pages `charges` (this month so far) and `prices` (public price list and estimator) NOW. Helper `billing`: don't write these;
!!! go on with invoices: sweep + close_month, guards, invoice pages, PDF, CSV, mail, admin. compute/servers and config/console already call exactly these:

    estimates.order([("server", "2core-4gb"), ("ssd", "20gb")], zone="is1a", at=at) -> Estimate
        Estimate(lines=[EstimateLine(label, hourly, monthly)], hourly, monthly, tax, total)   yen; label in the reader's language
        shown by templates/components/estimate.html (yours: write it; context variable `price`)
    estimates.month_so_far([contract_pk, ...], at=at) -> dict[contract_pk, yen]     one query, without tax, for lists
    estimates.of_contract(contract, at=at) -> ContractCharges(so_far, forecast, lines...)
        shown by templates/components/charges.html (yours; context variable `charges`)
    estimates.of_ending(contract, at=at) -> EndingPrice(now, at_month_end, best_day, clause...)
        shown by templates/components/ending.html (yours; context variable `ending`)
    estimates.this_month(organisation, at=at) -> MonthSoFar(so_far, forecast, last_month...)  for the dashboard tile
    estimates.history(organisation, months=12, at=at) -> [(Month, yen incl. tax)]  for the dashboard chart
"""
