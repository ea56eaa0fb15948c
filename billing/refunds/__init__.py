"""Giving waiting credit back as money: to the card that paid, or by a bank transfer that staff have made.

    refunds.to_card(organisation, 550, _("..."), by=by, at=at)

Only what return invoices credited and no invoice took is given back. A passport never is (10-2).
"""
