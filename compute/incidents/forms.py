"""What staff write about incidents."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compute.incidents.models import Incident
from compute.servers.models import Server
from compute.zones import Zone


class NewsForm(forms.Form):
    """Words in both languages; customers read them."""

    text_ja = forms.CharField(label=gettext_lazy("text (Japanese)"), max_length=2000, widget=forms.Textarea)
    text_en = forms.CharField(label=gettext_lazy("text (English)"), max_length=2000, widget=forms.Textarea)


class EndForm(NewsForm):
    """The minute since which it is over."""

    ends_at = forms.DateTimeField(label=gettext_lazy("Over since (JST)"))


class IncidentForm(forms.Form):
    """An incident, or maintenance to come, with whom it touches."""

    cause = forms.ChoiceField(label=gettext_lazy("cause"), choices=Incident.Cause.choices)
    zone = forms.ModelChoiceField(label=gettext_lazy("zone"), queryset=Zone.objects.order_by("number"))
    servers = forms.CharField(
        label=gettext_lazy("Affected servers: their numbers (empty: all in the zone)"), required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    starts_at = forms.DateTimeField(label=gettext_lazy("from (JST)"))
    ends_at = forms.DateTimeField(label=gettext_lazy("to (JST; of a fault: empty while it goes on)"), required=False)
    title_ja = forms.CharField(label=gettext_lazy("title (Japanese)"), max_length=100)
    title_en = forms.CharField(label=gettext_lazy("title (English)"), max_length=100)
    text_ja = forms.CharField(label=gettext_lazy("text (Japanese)"), max_length=2000, widget=forms.Textarea)
    text_en = forms.CharField(label=gettext_lazy("text (English)"), max_length=2000, widget=forms.Textarea)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("zone") is not None and "servers" in data:
            data["servers"] = self.named(Server.objects.alive().filter(zone=data["zone"]), data["servers"])
        return data

    def named(self, servers: QuerySet[Server], text: str) -> list[Server]:
        """The servers of the numbers; all of them without any."""
        wanted = set(text.replace(",", " ").split())
        if not wanted:
            return list(servers)
        numbers = {int(one) for one in wanted if one.isascii() and one.isdigit() and len(one) < 19}
        found = list(servers.filter(number__in=numbers))
        unknown = wanted - {str(server.number) for server in found}
        if unknown:
            text = _("No such server in this zone: %(numbers)s")
            self.add_error("servers", text % {"numbers": ", ".join(sorted(unknown))})
        return found
