"""Staff's queue of requests for more."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from billing.quotas import actions
from billing.quotas.models import QuotaRequest
from core.admin import Record, verb


class WordsForm(forms.Form):
    """What the customer reads."""

    words = forms.CharField(
        label=_("Words to the customer"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4})
    )


class GrantForm(WordsForm):
    """How many from now on, and words."""

    limit = forms.IntegerField(label=_("granted limit"), min_value=1, max_value=actions.MOST)
    field_order = ["limit", "words"]


@admin.register(QuotaRequest)
class QuotaRequestAdmin(Record):
    """Those that wait come first; the whole talk stands in the case."""

    list_display = ("project", "title", "former", "wanted", "reason", "state", "created_at")
    list_filter = ("state", "service")
    list_select_related = ("project",)
    search_fields = ("project__name", "project__organisation__name")
    ordering = ("-state", "created_at")
    actions = ("grant", "refuse")

    @verb(_("Grant …"), form=GrantForm)
    def grant(self, request: QuotaRequest, *, limit: int, words: str, by: Actor, at: datetime) -> Any:
        actions.grant(request, limit, words=words, by=by, at=at)

    @verb(_("Refuse …"), form=WordsForm)
    def refuse(self, request: QuotaRequest, *, words: str, by: Actor, at: datetime) -> Any:
        actions.refuse(request, words=words, by=by, at=at)
