"""The books for staff: read-only, with the trial balance above the list."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _

from billing.postings import queries
from billing.postings.models import Posting
from core.admin import Record
from core.money import yen


@admin.register(Posting)
class PostingAdmin(Record):
    """Every side of every entry. The title is the trial balance: the sum of all accounts, always 0."""

    list_display = ("at", "organisation", "kind", "source_pk", "account", "invoice", "amount")
    list_filter = ("kind", "account")
    list_select_related = ("organisation", "invoice")
    ordering = ("-pk",)

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        balances = queries.trial_balance()
        accounts = " · ".join(f"{name} {yen(amount)}" for name, amount in balances)
        total = yen(sum(amount for _name, amount in balances))
        title = _("Trial balance: %(total)s (%(accounts)s)") % {"total": total, "accounts": accounts}
        return super().changelist_view(request, {**(extra_context or {}), "title": title})
