"""Papers for staff: read-only, except that an issuer is set from a coming day on and can be withdrawn before it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from billing.credit_notes.models import CreditNote
from billing.invoices import issuers
from billing.invoices.models import Issuer
from billing.papers.models import Bundle, Document, Receipt
from core.admin import Record, made_by, verb
from core.web import gated


class IssuerForm(forms.Form):
    """What papers say of whoever issues them."""

    since = forms.DateField(label=_("First day (JST), tomorrow at the earliest"))
    name = forms.CharField(label=_("name"), max_length=100)
    registration_number = forms.CharField(label=_("registration number"), max_length=20)
    postal_code = forms.RegexField(
        r"^[0-9]{3}-[0-9]{4}$",
        label=_("postal code"),
        error_messages={"invalid": _("A postal code is seven digits: 100-0001.")},
    )
    address = forms.CharField(label=_("address"), max_length=200)
    contact = forms.CharField(label=_("contact"), max_length=200)


@admin.register(Issuer)
class IssuerAdmin(Record):
    """Who issues papers; a change is a new row from a coming day."""

    list_display = ("name", "registration_number", "since", "address", "contact")
    ordering = ("-since",)
    actions = ("withdraw",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("billing.add_issuer"))

    def get_urls(self) -> list[URLPattern]:
        opened = gated(self.admin_site.admin_view(self.make), "staff")
        return [path("add/", opened, name="billing_issuer_add"), *super().get_urls()]

    def make(self, request: Any) -> HttpResponseBase:
        """Ask, then set the issuer."""

        def act(**values: Any) -> HttpResponseBase:
            issuers.add(**values)
            return redirect("admin:billing_issuer_changelist")

        answer: HttpResponseBase = made_by(self, request, IssuerForm, _("New issuer from a coming day"), act)
        return answer

    @verb(_("Withdraw before it begins"))
    def withdraw(self, issuer: Issuer, *, by: Actor, at: Any) -> None:
        issuers.withdraw(issuer, by=by, at=at)


@admin.register(Document)
class DocumentAdmin(Record):
    """What was made, with its hash; the bytes are the customer's."""

    list_display = ("number", "kind", "language", "organisation", "issued_on", "total", "sha256", "made_at")
    list_filter = ("kind", "language")
    list_select_related = ("organisation",)
    search_fields = ("=number", "=sha256")
    ordering = ("-pk",)
    exclude = ("content",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        rows: QuerySet[Document] = super().get_queryset(request)
        return rows.defer("content")


@admin.register(Receipt)
class ReceiptAdmin(Record):
    """What was received and told."""

    list_display = ("label", "organisation", "amount", "paid_on", "issued_at")
    list_select_related = ("organisation",)
    search_fields = ("=number",)
    ordering = ("-number",)


@admin.register(CreditNote)
class CreditNoteAdmin(Record):
    """What was given back, of which invoice, and why."""

    list_display = ("label", "organisation", "original", "reason", "subtotal", "tax", "total", "issued_at")
    list_select_related = ("organisation", "invoice")
    search_fields = ("=number",)
    ordering = ("-number",)

    @admin.display(description=_("Original invoice"))
    def original(self, note: CreditNote) -> str:
        return note.invoice.label


@admin.register(Bundle)
class BundleAdmin(Record):
    """ZIP files that customers asked for."""

    list_display = ("organisation", "year", "state", "papers", "size", "asked_at")
    list_filter = ("state",)
    list_select_related = ("organisation",)
    ordering = ("-pk",)
