"""Qualified return invoices (適格返還請求書): how anything on an issued invoice is given back.

credit_notes.issue(invoice, [Credit(line_no=3, amount=550)], reason=_("..."), by=by, at=at)
"""

from billing.credit_notes.actions import Credit, issue
from billing.credit_notes.applying import apply, open_of, waiting

__all__ = ["Credit", "apply", "issue", "open_of", "waiting"]
