"""How bridges look."""

from django.utils.translation import gettext_lazy

from core import marks
from core.calendar import jst_date
from core.pages import Column, Listing

LISTING = Listing(
    columns=[
        Column(
            gettext_lazy("Name"), lambda one: marks.named(one.get_absolute_url(), one.name, one.number), sort="name",
            text=lambda one: one.name,
        ),
        Column(gettext_lazy("Switches"), lambda one: f"{one.joined}", look="num"),
        Column(gettext_lazy("Created"), lambda one: f"{jst_date(one.created_at)}", sort="created_at"),
    ],
    search=["name"],
    number="number",
    hint=gettext_lazy("Name or number"),
    filename="bridges",
)  # fmt: skip
