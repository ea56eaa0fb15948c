"""How bulk actions and their rows look."""

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from accounts.bulk.actions import verb_of
from accounts.bulk.models import BulkRow, BulkRun
from core import marks
from core.marks import chip, when
from core.pages import Column, Listing, by_field

ROWS = Listing(
    columns=[
        Column(gettext_lazy("Name"), lambda row: row.name),
        Column(
            gettext_lazy("Result"),
            lambda row: chip(row.tone, row.get_state_display()),
            text=lambda row: row.get_state_display(),
            look="corner",
        ),
        Column(gettext_lazy("Why not"), lambda row: row.text or "—", text=lambda row: row.text, look="wide"),
        Column(gettext_lazy("Number"), lambda row: str(row.number), look="num"),
    ],
    filters=[by_field("state", gettext_lazy("Result"), lambda: BulkRow.State.choices)],
    sort="id",
    filename="bulk",
)


def name_cell(run: Any) -> SafeString:
    return marks.named(run.get_absolute_url(), str(verb_of(run).label), run.number)


RUNS = Listing(
    columns=[
        Column(gettext_lazy("What"), name_cell, text=lambda run: str(verb_of(run).label)),
        Column(gettext_lazy("State"), lambda run: chip(run.tone, run.state_label()), text=BulkRun.state_label),
        Column(gettext_lazy("Rows"), lambda run: f"{run.total:,}", look="num"),
        Column(gettext_lazy("Begun"), lambda run: when(run.created_at)),
    ],
    sort="-id",
    filename="bulk-actions",
)
