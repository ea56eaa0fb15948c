"""Staff record incidents and announce maintenance, write news, end them."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from compute.incidents import actions
from compute.incidents.actions import Report
from compute.incidents.forms import EndForm, IncidentForm, NewsForm
from compute.incidents.models import Affected, Incident, IncidentUpdate
from core.admin import Record, made_by, verb
from core.web import gated


class ReadInline(admin.TabularInline):  # type: ignore[type-arg]
    """Rows that verbs made."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NewsInline(ReadInline):
    model = IncidentUpdate


class AffectedInline(ReadInline):
    model = Affected


@admin.register(Incident)
class IncidentAdmin(Record):
    """What is recorded here counts in the uptime of the servers it touches (9-1)."""

    list_display = ("number", "title_ja", "cause", "zone", "state", "starts_at", "ends_at")
    list_filter = ("state", "cause", "zone")
    list_select_related = ("zone",)
    ordering = ("-starts_at",)
    inlines = (NewsInline, AffectedInline)
    actions = ("say", "end", "cancel")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("compute.add_incident"))

    def get_urls(self) -> list[URLPattern]:
        opened = gated(self.admin_site.admin_view(self.make), "staff")
        return [path("add/", opened, name="compute_incident_add"), *super().get_urls()]

    def make(self, request: Any) -> HttpResponseBase:
        """Record one."""

        def act(*, servers: Any, by: Actor, at: datetime, **values: Any) -> HttpResponse:
            made = actions.record(Report(**values), servers, by=by, at=at)
            return redirect("admin:compute_incident_change", made.pk)

        answer: HttpResponseBase = made_by(self, request, IncidentForm, _("Record an incident or maintenance"), act)
        return answer

    @verb(_("Write news …"), form=NewsForm)
    def say(self, incident: Incident, *, text_ja: str, text_en: str, by: Actor, at: Any) -> None:
        actions.say(incident, text_ja=text_ja, text_en=text_en, by=by, at=at)

    @verb(_("It is over …"), form=EndForm)
    def end(self, incident: Incident, *, ends_at: datetime, text_ja: str, text_en: str, by: Actor, at: Any) -> None:
        actions.end(incident, ends_at=ends_at, text_ja=text_ja, text_en=text_en, by=by, at=at)

    @verb(_("Call the maintenance off …"), form=NewsForm)
    def cancel(self, incident: Incident, *, text_ja: str, text_en: str, by: Actor, at: Any) -> None:
        actions.cancel(incident, text_ja=text_ja, text_en=text_en, by=by, at=at)
