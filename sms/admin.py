"""Staff's side of SMS: reviews, restrictions, sender names, screening, the supplier. State is read-only."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from core.admin import ReasonForm, Record, made_by, verb
from core.web import gated
from sms.audience import actions as audience
from sms.audience.models import SenderName
from sms.resale import actions as resale
from sms.resale.models import Resale
from sms.reviews import actions as reviews
from sms.reviews.models import Review
from sms.subscriptions import actions as subscriptions
from sms.subscriptions.models import Scope, Subscription, Unit
from sms.supplier import actions as supplier
from sms.supplier import health
from sms.supplier.models import Interruption, LinkHealth, SupplierNews


class RestrictForm(ReasonForm):
    """How far, and why."""

    scope = forms.ChoiceField(label=_("What is restricted"), choices=[c for c in Scope.choices if c[0] != "NONE"])


class LimitForm(forms.Form):
    """How many messages a day."""

    daily = forms.IntegerField(label=_("Messages a day"), min_value=0, max_value=10_000_000)


class VerdictForm(forms.Form):
    """What the supplier says about whose messages."""

    subscription = forms.ModelChoiceField(
        Subscription.objects.filter(state="ACTIVE").select_related("project"), to_field_name="number",
        label=_("Number of the SMS subscription"), widget=forms.NumberInput,
    )  # fmt: skip
    verdict = forms.CharField(label=_("the supplier says"), max_length=200)


@admin.register(Subscription)
class SubscriptionAdmin(Record):
    list_display = ("number", "project", "kind", "name", "state", "restriction", "daily_limit")
    list_filter = ("kind", "state", "restriction")
    search_fields = ("=number", "name", "project__name")
    ordering = ("-pk",)
    actions = ("restrict", "unrestrict", "limit")

    @verb(_("Restrict (72-1) …"), form=RestrictForm)
    def restrict(self, one: Subscription, *, scope: str, reason: str, by: Actor, at: datetime) -> None:
        subscriptions.restrict(one, scope, reason=reason, by=by, at=at)

    @verb(_("Lift the restriction"))
    def unrestrict(self, one: Subscription, *, by: Actor, at: datetime) -> None:
        subscriptions.unrestrict(one, by=by, at=at)

    @verb(_("Set the daily limit …"), form=LimitForm)
    def limit(self, one: Subscription, *, daily: int, by: Actor, at: datetime) -> None:
        subscriptions.limit(one, daily=daily, by=by, at=at)


@admin.register(Review)
class ReviewAdmin(Record):
    list_display = ("opened_at", "subscription", "source", "score", "verdict", "findings", "state")
    list_filter = ("state", "source")
    ordering = ("-opened_at",)
    actions = ("restrict", "dismiss")

    @verb(_("Restrict (72-1) …"), form=RestrictForm)
    def restrict(self, review: Review, *, scope: str, reason: str, by: Actor, at: datetime) -> None:
        reviews.restrict(review, scope, reason=reason, by=by, at=at)

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return bool(request.user.has_perm("sms.add_review"))

    def get_urls(self) -> list[URLPattern]:
        entered = gated(self.admin_site.admin_view(self.enter), "staff")
        return [path("add/", entered, name="sms_review_add"), *super().get_urls()]

    def enter(self, request: Any) -> HttpResponseBase:
        """A verdict of the supplier."""

        def act(subscription: Subscription, verdict: str, *, by: Actor, at: datetime) -> HttpResponseBase:
            reviews.enter(subscription, verdict, by=by, at=at)
            return redirect("admin:sms_review_changelist")

        answer: HttpResponseBase = made_by(self, request, VerdictForm, _("Enter a verdict of the supplier (72-2)"), act)
        return answer

    @verb(_("Dismiss …"), form=ReasonForm)
    def dismiss(self, review: Review, *, reason: str, by: Actor, at: datetime) -> None:
        reviews.dismiss(review, reason=reason, by=by, at=at)


@admin.register(SenderName)
class SenderNameAdmin(Record):
    list_display = ("name", "project", "end_user", "state", "created_at")
    list_filter = ("state",)
    ordering = ("state", "created_at")
    actions = ("approve", "refuse")

    @verb(_("Approve"))
    def approve(self, sender: SenderName, *, by: Actor, at: datetime) -> None:
        audience.approve(sender, by=by, at=at)

    @verb(_("Refuse …"), form=ReasonForm)
    def refuse(self, sender: SenderName, *, reason: str, by: Actor, at: datetime) -> None:
        audience.refuse(sender, reason=reason, by=by, at=at)


@admin.register(Resale)
class ResaleAdmin(Record):
    list_display = ("number", "project", "state", "approved_by_us_at", "approved_by_supplier_at", "case")
    list_filter = ("state",)
    ordering = ("-pk",)
    actions = ("approve", "approve_for_supplier", "refuse")

    @verb(_("We approve (71-1)"))
    def approve(self, one: Resale, *, by: Actor, at: datetime) -> None:
        resale.approve(one, by_supplier=False, by=by, at=at)

    @verb(_("The supplier approves (71-1)"))
    def approve_for_supplier(self, one: Resale, *, by: Actor, at: datetime) -> None:
        resale.approve(one, by_supplier=True, by=by, at=at)

    @verb(_("Refuse …"), form=ReasonForm)
    def refuse(self, one: Resale, *, reason: str, by: Actor, at: datetime) -> None:
        resale.refuse(one, reason=reason, by=by, at=at)


@admin.register(Interruption)
class InterruptionAdmin(Record):
    list_display = ("began_at", "ended_at", "kind", "reason", "hits_base")
    fields = ("kind", "reason", "hits_base")
    ordering = ("-began_at",)
    actions = ("resume",)

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return True

    def save_model(self, request: Any, obj: Interruption, form: Any, change: bool) -> None:
        made = supplier.interrupt(
            kind=obj.kind, reason=obj.reason, hits_base=obj.hits_base, by=request.staff, at=request.now
        )
        obj.pk, obj.began_at = made.pk, made.began_at

    @verb(_("It is over"))
    def resume(self, one: Interruption, *, by: Actor, at: datetime) -> None:
        supplier.resume(one, by=by, at=at)


@admin.register(SupplierNews)
class SupplierNewsAdmin(Record):
    list_display = ("title", "effective_on", "told_at")
    fields = ("title", "text", "effective_on")
    ordering = ("-told_at",)

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return True

    def save_model(self, request: Any, obj: SupplierNews, form: Any, change: bool) -> None:
        supplier.announce(obj, by=request.staff, at=request.now)


@admin.register(LinkHealth)
class LinkHealthAdmin(Record):
    """How the supplier is: the links, and above them what waits and what came back."""

    change_list_template = "admin/sms_health.html"
    list_display = ("name", "bound_since", "seen_at", "handed_over", "receipts", "drops", "error")
    ordering = ("name",)

    def changelist_view(self, request: Any, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"health": health.of(request.now), **(extra_context or {})})


admin.site.register(Unit)
