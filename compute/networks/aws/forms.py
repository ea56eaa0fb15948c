"""The shape of what people send about AWS connections."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.consents.models import Document
from accounts.consents.ticks import TicksForm
from accounts.projects.models import Project
from compute import recipes
from compute.networks.aws.actions import ITEMS, AwsOrder
from compute.networks.aws.models import TWELVE_DIGITS
from compute.networks.forms import Order, numbered
from compute.networks.local_routers.models import LocalRouter
from compute.recipes import Labels
from compute.zones import Zone
from core.copying import Sample
from core.forms import NameField, PickField, TagsField


class OrderForm(TicksForm, Order):
    """Ordering an AWS connection (21-1), with the texts that are not accepted yet (25-1, 26-1, 27-1)."""

    name = NameField()
    local_router = PickField(label=_("Local router"))
    aws_account = forms.CharField(
        label=_("AWS account ID"), max_length=12, validators=[TWELVE_DIGITS],
        help_text=_("12 digits; your own contract with AWS."),
    )  # fmt: skip
    description = forms.CharField(label=_("Description"), max_length=512, required=False)
    tags = TagsField()

    def __init__(self, *args: Any, project: Project, lacking: Sequence[Document] = (), **options: Any) -> None:
        super().__init__(*args, lacking=lacking, **options)
        rows = LocalRouter.objects.alive().filter(project=project).select_related("contract").order_by("name", "pk")
        numbered(self.picks("local_router"), rows)

    def place(self) -> Zone | None:
        return None

    def items(self) -> list[tuple[str, str]]:
        return ITEMS

    def samples(self) -> list[Sample]:
        router, account = self.picked("local_router"), self.said("aws_account")
        if router is None:
            return []
        return recipes.aws_connection(Labels.said(self), router.number, account or "123456789012")

    def order(self) -> AwsOrder:
        """What was ordered, of a valid form."""
        data = self.cleaned_data
        return AwsOrder(
            data["name"], data["local_router"], data["aws_account"], data["description"], tuple(data["tags"])
        )  # fmt: skip
