"""Bank transfers for staff: recorded one by one or from a statement, matched to invoices."""

from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from billing.invoices.models import Invoice
from billing.transfers import actions, statements
from billing.transfers.forms import ImportForm, MatchForm, RecordForm
from billing.transfers.models import BankTransfer, TransferMatch
from core.admin import ReasonForm, Record, made_by, verb
from core.errors import Refused
from core.money import yen
from core.web import gated


@admin.register(BankTransfer)
class BankTransferAdmin(Record):
    """What is left of each waits as the customer's credit and pays the next invoice."""

    change_list_template = "admin/transfers.html"
    list_display = ("received_on", "payer", "organisation", "amount", "unmatched", "reference", "withdrawn_at")
    list_filter = ("received_on",)
    list_select_related = ("organisation",)
    search_fields = ("payer", "reference", "organisation__name")
    ordering = ("-pk",)
    actions = ("match", "withdraw")

    def get_queryset(self, request: HttpRequest) -> QuerySet[BankTransfer]:
        rows: QuerySet[BankTransfer] = super().get_queryset(request)
        return rows.annotate(matched=Coalesce(Sum("matches__amount"), 0))

    @admin.display(description=_("not matched"))
    def unmatched(self, transfer: Any) -> str:
        return yen(0 if transfer.withdrawn_at else transfer.amount - transfer.matched)

    @verb(_("Match to invoices …"), form=MatchForm)
    def match(self, transfer: BankTransfer, *, invoices: list[Invoice], amount: int | None, by: Actor, at: Any) -> None:
        for invoice in invoices:
            actions.match(transfer, invoice, amount, by=by, at=at)

    @verb(_("Withdraw: recorded by mistake …"), form=ReasonForm)
    def withdraw(self, transfer: BankTransfer, *, reason: str, by: Actor, at: Any) -> None:
        actions.withdraw(transfer, reason, by=by, at=at)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("billing.add_banktransfer"))

    def get_urls(self) -> list[URLPattern]:
        added = gated(self.admin_site.admin_view(self.record), "staff")
        read = gated(self.admin_site.admin_view(self.statement), "staff")
        own = [
            path("add/", added, name="billing_banktransfer_add"),
            path("import/", read, name="billing_banktransfer_import"),
        ]
        return [*own, *super().get_urls()]

    def record(self, request: Any) -> HttpResponseBase:
        """One transfer."""

        def act(**values: Any) -> HttpResponseBase:
            made = actions.record(values.pop("organisation"), **values)
            left = yen(actions.left(made))
            messages.success(request, gettext("Recorded; %(left)s wait as credit.") % {"left": left})
            return redirect("admin:billing_banktransfer_changelist")

        answer: HttpResponseBase = made_by(self, request, RecordForm, _("Record a bank transfer"), act)
        return answer

    def statement(self, request: Any) -> HttpResponse:
        """A bank's statement: what would happen, or what has."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form, results = ImportForm(request.POST or None, request.FILES or None), []
        if request.method == "POST" and form.is_valid():
            content, dry = form.cleaned_data["file"], not form.cleaned_data["record"]
            try:
                results = statements.take(content, dry=dry, by=request.staff, at=request.now)
            except Refused as refusal:
                form.add_error("file", str(refusal))
        counts = Counter(result.answer for result in results)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import a bank's statement"),
            "form": form,
            "results": results,
            "counts": [(answer.label, counts[answer]) for answer in statements.Answer if counts[answer]],
            "dry": bool(results) and not form.cleaned_data["record"],
            "opts": self.model._meta,
        }
        return render(request, "admin/statement.html", context)


@admin.register(TransferMatch)
class TransferMatchAdmin(Record):
    """Which invoices the transfers paid; a wrong one is undone, never edited."""

    list_display = ("matched_at", "transfer", "invoice", "amount", "undoes")
    list_select_related = ("transfer", "invoice", "undoes__transfer")
    search_fields = ("transfer__payer", "transfer__reference", "=invoice__number")
    ordering = ("-pk",)
    actions = ("undo",)

    @verb(_("Undo"))
    def undo(self, match: TransferMatch, *, by: Actor, at: Any) -> None:
        actions.undo(match, by=by, at=at)
