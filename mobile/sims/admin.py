"""SIMs and the stock of cards as staff see them. A PASSCODE is never shown."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Actor
from accounts.projects.models import Project
from core.admin import Record, made_by, verb
from core.web import gated
from mobile.connect.models import Interruption
from mobile.drivers.models import CarrierFault
from mobile.sims import actions, cards, interruptions, stock
from mobile.sims.models import Card, Sim


@admin.register(Sim)
class SimAdmin(Record):
    list_display = ("number", "iccid", "name", "project", "state", "created_at", "last_traffic_at")
    list_filter = ("state",)
    list_select_related = ("project",)
    search_fields = ("=iccid", "=number", "name")
    exclude = ("words",)
    ordering = ("-id",)
    actions = ("deactivate",)

    @verb(gettext_lazy("Deactivate"))
    def deactivate(self, sim: Sim, *, by: Actor, at: Any) -> None:
        actions.deactivate(sim, by=by, at=at)


class InterruptForm(forms.Form):
    """What is interrupted, and why."""

    iccid = forms.CharField(label=gettext_lazy("ICCID of a SIM"), max_length=40, required=False)
    project = forms.ModelChoiceField(
        Project.objects.filter(closed_at=None), label=gettext_lazy("project"), required=False,
        help_text=gettext_lazy("Neither SIM nor project: everything is interrupted."),
    )  # fmt: skip
    ground = forms.ChoiceField(label=gettext_lazy("ground"), choices=Interruption.Ground.choices)
    reason = forms.CharField(label=gettext_lazy("Reason (the customer reads it)"), max_length=200)


@admin.register(Interruption)
class InterruptionAdmin(Record):
    """Interrupting, and ending it (47-1)."""

    list_display = ("began_at", "ended_at", "sim", "project", "ground", "reason")
    list_filter = ("ground",)
    list_select_related = ("sim", "project")
    ordering = ("-id",)
    actions = ("resume",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("mobile.add_interruption"))

    def get_urls(self) -> list[URLPattern]:
        opened = gated(self.admin_site.admin_view(self.make), "staff")
        return [path("add/", opened, name="mobile_interruption_add"), *super().get_urls()]

    def make(self, request: Any) -> HttpResponseBase:
        """Interrupt something."""

        def act(*, iccid: str, project: Any, ground: str, reason: str, by: Actor, at: Any) -> HttpResponse:
            sim = interruptions.sim_of(iccid) if iccid else None
            interruptions.interrupt(ground, reason, sim=sim, project=project, by=by, at=at)
            return redirect("admin:mobile_interruption_changelist")

        answer: HttpResponseBase = made_by(self, request, InterruptForm, _("Interrupt (47-1)"), act)
        return answer

    @verb(gettext_lazy("It is over"))
    def resume(self, one: Interruption, *, by: Actor, at: Any) -> None:
        interruptions.resume(one, by=by, at=at)


class StockForm(forms.Form):
    """The supplier's list."""

    file = forms.FileField(label=gettext_lazy("CSV with the columns iccid, passcode and maybe imsi"))


@admin.register(Card)
class CardAdmin(Record):
    """The stock; adding means importing a file."""

    list_display = ("iccid", "imsi", "imported_at", "imported_by")
    exclude = ("passcode",)
    search_fields = ("=iccid",)
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("mobile.add_card"))

    def get_urls(self) -> list[URLPattern]:
        opened = gated(self.admin_site.admin_view(self.bring_in), "staff")
        return [path("add/", opened, name="mobile_card_add"), *super().get_urls()]

    def bring_in(self, request: Any) -> HttpResponseBase:
        """Import a file."""

        def act(file: "UploadedFile[Any]", *, by: Actor, at: Any) -> HttpResponse:
            found = stock.read(file.read())
            new = cards.bring_in(found, by=by.label, at=at)
            messages.success(request, _("%(all)s cards, %(new)s of them new") % {"all": len(found), "new": new})
            return redirect("admin:mobile_card_changelist")

        answer: HttpResponseBase = made_by(self, request, StockForm, _("Import SIM cards"), act)
        return answer


admin.site.register(CarrierFault)
