"""The shape of what people send about load balancers. Rules live in the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from compute.load_balancers.actions import BalancerOrder, Health
from compute.load_balancers.models import Listener, LoadBalancer
from compute.zones import Zone
from core.forms import LabelsForm, OnceForm, PickField


class OrderForm(LabelsForm):
    """Ordering one."""

    zone = PickField(label=gettext_lazy("Zone"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.zones.offer(Zone.objects.sold(), key="code")
        self.zones.initial = "is1b"

    @property
    def zones(self) -> PickField:
        field = self.fields["zone"]
        assert isinstance(field, PickField)
        return field

    def picked_zone(self) -> Zone | None:
        """The zone the form says now."""
        code = self.data.get("zone") if self.is_bound else self.zones.initial
        return self.zones.things.get(str(code))

    def order(self) -> BalancerOrder:
        """What was ordered, of a valid form."""
        data = self.cleaned_data
        return BalancerOrder(data["name"], data["zone"], data["description"], tuple(data["tags"]))


class ListenerForm(OnceForm):
    """One more port."""

    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65535, initial=80)
    mode = forms.ChoiceField(label=gettext_lazy("Protocol"), choices=Listener.Mode.choices, widget=forms.RadioSelect)
    redirects = forms.BooleanField(label=gettext_lazy("Send browsers on to HTTPS"), required=False)


class TargetForm(OnceForm):
    """One more server behind it."""

    address = forms.CharField(label=gettext_lazy("IP address"), max_length=15)
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65535, initial=80)


class CertificateForm(OnceForm):
    """A certificate and its key."""

    chain = forms.CharField(
        label=gettext_lazy("Certificate and chain (PEM)"), max_length=65_536,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy("The site's certificate first, then those of its issuers."),
    )  # fmt: skip
    private_key = forms.CharField(
        label=gettext_lazy("Private key (PEM)"), max_length=65_536,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy("Without passphrase. It is stored encrypted and never shown again."),
    )  # fmt: skip


class HealthForm(OnceForm):
    """How servers are looked at."""

    path = forms.CharField(
        label=gettext_lazy("Path"), max_length=200, required=False,
        help_text=gettext_lazy("Healthy: it answers with 2xx or 3xx. Empty: it is enough to reach the port."),
    )  # fmt: skip
    host = forms.CharField(label=gettext_lazy("Host header"), max_length=253, required=False)
    seconds = forms.IntegerField(label=gettext_lazy("Every (seconds)"), min_value=5, max_value=300)
    sticky = forms.BooleanField(
        label=gettext_lazy("A browser stays with the server it was handed to first (by a cookie)"), required=False
    )

    @classmethod
    def of(cls, balancer: LoadBalancer, data: Any) -> "HealthForm":
        """The form with what is set now."""
        now = {"path": balancer.check_path, "host": balancer.check_host, "seconds": balancer.check_seconds}
        return cls(data or None, initial={**now, "sticky": balancer.is_sticky})

    def health(self) -> Health:
        """What is wanted, of a valid form."""
        return Health(self.cleaned_data["path"], self.cleaned_data["host"], self.cleaned_data["seconds"])
