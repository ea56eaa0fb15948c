"""Coupons for staff: batches are made here, their codes downloaded once; who redeemed what."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from billing.coupons import actions
from billing.coupons.models import Coupon, CouponBatch, CouponUse
from core.admin import Record, made_by
from core.money import yen
from core.sheets import csv_response
from core.web import gated


class BatchForm(forms.Form):
    """How many, of how much, until when."""

    title = forms.CharField(label=_("title"), max_length=64)
    count = forms.IntegerField(label=_("number of coupons"), min_value=1, max_value=actions.MOST)
    amount = forms.IntegerField(label=_("amount (yen, incl. tax)"), min_value=1, max_value=10_000_000)
    expires_on = forms.DateField(label=_("usable until (JST)"))


@admin.register(CouponBatch)
class CouponBatchAdmin(Record):
    """A new batch answers with the file of its codes; they can't be read again."""

    list_display = ("title", "count", "redeemed", "amount", "used", "expires_on", "made_at", "made_by")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CouponBatch]:
        redeemed = Count("coupons", filter=Q(coupons__redeemed_at__isnull=False))
        rows: QuerySet[CouponBatch] = super().get_queryset(request)
        return rows.annotate(taken=redeemed, left=Sum("coupons__left"))

    @admin.display(description=_("redeemed"))
    def redeemed(self, batch: Any) -> int:
        return int(batch.taken)

    @admin.display(description=_("used"))
    def used(self, batch: Any) -> str:
        return yen(batch.amount * batch.count - (batch.left or 0))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("billing.add_couponbatch"))

    def get_urls(self) -> list[URLPattern]:
        opened = gated(self.admin_site.admin_view(self.make), "staff")
        return [path("add/", opened, name="billing_couponbatch_add"), *super().get_urls()]

    def make(self, request: Any) -> HttpResponseBase:
        """Ask, then answer with the codes as CSV."""

        def act(**values: Any) -> HttpResponseBase:
            _batch, codes = actions.make(**values)
            spaced = ([" ".join(code[n : n + 4] for n in range(0, len(code), 4))] for code in codes)
            return csv_response("coupons", ["code"], spaced)

        answer: HttpResponseBase = made_by(self, request, BatchForm, _("New batch of coupons"), act)
        return answer


class UseInline(admin.TabularInline):  # type: ignore[type-arg]
    """What it paid."""

    model = CouponUse
    fields = readonly_fields = ("invoice", "amount", "at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Coupon)
class CouponAdmin(Record):
    """Who redeemed which, and what is left."""

    list_display = ("number", "batch", "last4", "amount", "left", "expires_on", "organisation", "redeemed_at")
    list_filter = ("batch",)
    list_select_related = ("batch", "organisation")
    search_fields = ("=number", "=last4", "organisation__name")
    ordering = ("-pk",)
    inlines = (UseInline,)
