"""The shape of what people send about certificates. Rules live in the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.access import Actor
from accounts.consents.ticks import TicksForm
from accounts.projects.models import Project
from certificates.authorities.models import Authority
from certificates.orders.actions import CertificateOrder
from certificates.orders.models import Certificate
from compute.load_balancers.models import LoadBalancer
from core.forms import OnceForm, PickField, TagsField


class OrderForm(TicksForm):
    """Ordering one: where it is served, for which names, from whom."""

    balancer = PickField(label=gettext_lazy("Load balancer"))
    names = forms.CharField(
        label=gettext_lazy("Host names"), max_length=6000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("One on each line, up to 20; the main one first. They must lead to the load balancer."),
    )  # fmt: skip
    authority = PickField(label=gettext_lazy("Certification authority"))
    method = forms.ChoiceField(
        label=gettext_lazy("How the authority checks the names"), choices=Certificate.Method.choices,
        widget=forms.RadioSelect, initial=Certificate.Method.HTTP,
        help_text=gettext_lazy(
            "With DNS-01, which wildcards need, you enter a record that we show you, again at every renewal."
        ),
    )  # fmt: skip
    key = forms.ChoiceField(
        label=gettext_lazy("Key"), choices=Certificate.Key.choices, widget=forms.RadioSelect,
        initial=Certificate.Key.ECDSA,
    )  # fmt: skip
    opens_ports = forms.BooleanField(
        label=gettext_lazy("Open the ports 80 (HTTP, sent on to HTTPS) and 443 (HTTPS) where they are closed"),
        required=False, initial=True,
    )  # fmt: skip
    replaces_supplied = forms.BooleanField(
        label=gettext_lazy("Replace certificates of our own for these names"), required=False,
        help_text=gettext_lazy("Otherwise what you installed yourself is never touched."),
    )  # fmt: skip
    description = forms.CharField(
        label=gettext_lazy("Description"), max_length=512, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    tags = TagsField()

    def __init__(self, *args: Any, project: Project, actor: Actor, wanted: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        rows = LoadBalancer.objects.visible_to(actor).alive().filter(project=project)
        usable = rows.exclude(state=LoadBalancer.State.FAILED).select_related("contract", "zone", "project")
        balancer, authority = self.picker("balancer"), self.picker("authority")
        balancer.offer(usable.order_by("name", "pk"), key="number")
        authority.offer(Authority.objects.offered(), key="code", label=described)
        balancer.initial = wanted or next(iter(balancer.things), "")
        authority.initial = next(iter(authority.things), "")

    def picker(self, name: str) -> PickField:
        field = self.fields[name]
        assert isinstance(field, PickField)
        return field

    def order(self) -> CertificateOrder:
        """What was ordered, of a valid form."""
        data = self.cleaned_data
        chosen = {name: data[name] for name in ("method", "key", "replaces_supplied", "opens_ports", "description")}
        return CertificateOrder(data["balancer"], data["authority"], data["names"], tags=tuple(data["tags"]), **chosen)


def described(authority: Authority) -> str:
    """Its name, with a warning when browsers don't trust it."""
    warning = "" if authority.is_trusted else gettext_lazy("not trusted by browsers")
    return f"{authority.name} ({warning})" if warning else authority.name


class DoForm(OnceForm):
    """A question that is answered by a button."""
