"""Services elsewhere for staff to look up and confirm; the customer may then order a hybrid connection (12-1)."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from billing.other_services import actions
from billing.other_services.forms import AddForm
from billing.other_services.models import OtherService
from core.admin import ReasonForm, Record, made_by, verb
from core.web import gated


@admin.register(OtherService)
class OtherServiceAdmin(Record):
    """Filter by "Waits for our check" for the queue; "Add" registers one that staff know already."""

    list_display = ("number", "organisation", "kind", "reference", "state", "claimed_at", "answer")
    list_filter = ("state", "kind")
    list_select_related = ("organisation",)
    search_fields = ("reference", "organisation__name")
    ordering = ("-pk",)
    actions = ("attest", "refuse", "end")

    @verb(_("Confirm: it is theirs (12-1)"))
    def attest(self, service: OtherService, *, by: Actor, at: Any) -> None:
        actions.attest(service, by=by, at=at)

    @verb(_("Refuse …"), form=ReasonForm)
    def refuse(self, service: OtherService, *, reason: str, by: Actor, at: Any) -> None:
        actions.refuse(service, reason, by=by, at=at)

    @verb(_("It has ended"))
    def end(self, service: OtherService, *, by: Actor, at: Any) -> None:
        actions.end(service, by=by, at=at)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("billing.add_otherservice"))

    def get_urls(self) -> list[URLPattern]:
        opened = gated(self.admin_site.admin_view(self.register), "staff")
        return [path("add/", opened, name="billing_otherservice_add"), *super().get_urls()]

    def register(self, request: Any) -> HttpResponseBase:
        """Ask whose it is and its number; it is confirmed at once."""

        @transaction.atomic
        def act(**values: Any) -> HttpResponseBase:
            made = actions.claim(**values)
            actions.attest(made, by=values["by"], at=values["at"])
            messages.success(request, gettext("“%(name)s” was registered and confirmed.") % {"name": made})
            return redirect("admin:billing_otherservice_changelist")

        answer: HttpResponseBase = made_by(self, request, AddForm, _("Register a service elsewhere"), act)
        return answer
