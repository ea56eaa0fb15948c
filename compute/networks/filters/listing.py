"""How packet filters look."""

from django.utils.translation import gettext_lazy

from compute.zones import Zone
from core import marks
from core.calendar import jst_date
from core.pages import Column, Listing, by_field

LISTING = Listing(
    columns=[
        Column(
            gettext_lazy("Name"), lambda one: marks.named(one.get_absolute_url(), one.name, one.number), sort="name",
            text=lambda one: one.name,
        ),
        Column(gettext_lazy("Zone"), lambda one: str(one.zone)),
        Column(gettext_lazy("Rules"), lambda one: f"{len(one.rules)}", look="num"),
        Column(gettext_lazy("Interfaces"), lambda one: f"{one.used:,}", look="num"),
        Column(gettext_lazy("Created"), lambda one: f"{jst_date(one.created_at)}", sort="created_at"),
    ],
    search=["name"],
    number="number",
    filters=[
        by_field(
            "zone", gettext_lazy("Zone"), lambda: [(z.code, str(z)) for z in Zone.objects.sold()], field="zone__code"
        ),
    ],
    hint=gettext_lazy("Name or number"),
    filename="packet-filters",
)  # fmt: skip
