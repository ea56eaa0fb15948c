"""Requests for another means of payment for staff to answer, and who pays how."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from billing.dues.models import Means
from billing.means import actions, hybrid
from billing.means.forms import AnswerForm, ProposeForm
from billing.means.models import HybridMeans, MeansRequest, Merge
from core.admin import ReasonForm, Record, made_by, verb
from core.web import gated


@admin.register(MeansRequest)
class MeansRequestAdmin(Record):
    """The open ones first; "Add" proposes bank transfers for a large bill (4-2)."""

    list_display = ("organisation", "state", "invoice", "reason", "answer", "asked_at")
    list_filter = ("state",)
    list_select_related = ("organisation", "invoice")
    search_fields = ("organisation__name",)
    ordering = ("-pk",)
    actions = ("approve", "refuse")

    @verb(_("Agree to bank transfers …"), form=AnswerForm)
    def approve(self, request: MeansRequest, *, answer: str, by: Actor, at: Any) -> None:
        actions.approve(request, answer, by=by, at=at)

    @verb(_("Refuse …"), form=ReasonForm)
    def refuse(self, request: MeansRequest, *, reason: str, by: Actor, at: Any) -> None:
        actions.refuse(request, reason, by=by, at=at)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("billing.add_meansrequest"))

    def get_urls(self) -> list[URLPattern]:
        opened = gated(self.admin_site.admin_view(self.propose), "staff")
        return [path("add/", opened, name="billing_meansrequest_add"), *super().get_urls()]

    def propose(self, request: Any) -> HttpResponseBase:
        """Ask for the bill and the reason, then tell the customer."""

        def act(**values: Any) -> HttpResponseBase:
            made = actions.propose(**values)
            messages.success(request, gettext("Proposed to %(name)s.") % {"name": made.organisation})
            return redirect("admin:billing_meansrequest_changelist")

        answer: HttpResponseBase = made_by(self, request, ProposeForm, _("Propose bank transfers"), act)
        return answer


@admin.register(Means)
class MeansAdmin(Record):
    """Who pays by something else than the card, or once did."""

    list_display = ("organisation", "kind", "reason", "agreed_at")
    list_filter = ("kind",)
    list_select_related = ("organisation",)
    search_fields = ("organisation__name",)
    ordering = ("-agreed_at",)
    actions = ("use_card",)

    @verb(_("Back to the card …"), form=ReasonForm)
    def use_card(self, means: Means, *, reason: str, by: Actor, at: Any) -> None:
        actions.use_card(means.organisation, reason, by=by, at=at)


@admin.register(HybridMeans)
class HybridMeansAdmin(Record):
    """What customers chose for the hybrid connection (13-2); without a row it is paid as the cloud is."""

    list_display = ("organisation", "kind", "bill", "chosen_at")
    list_filter = ("kind",)
    list_select_related = ("organisation", "bill")
    search_fields = ("organisation__name",)
    ordering = ("-chosen_at",)


@admin.register(Merge)
class MergeAdmin(Record):
    """What other bills collect for us; one that wasn't paid is taken back (13-2)."""

    list_display = ("invoice", "bill", "amount", "merged_at", "undoes")
    list_select_related = ("invoice", "bill", "undoes")
    ordering = ("-pk",)
    actions = ("undo",)

    @verb(_("Take back: the other bill was not paid …"), form=ReasonForm)
    def undo(self, merge: Merge, *, reason: str, by: Actor, at: Any) -> None:
        hybrid.undo(merge, reason, by=by, at=at)
