"""How stored papers are listed."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from billing.papers.models import Document
from core.marks import copy
from core.money import yen
from core.pages import Column, Filter, Listing, by_field

KIND = by_field("kind", gettext_lazy("Kind"), lambda: Document.Kind.choices)


def number_cell(document: Document) -> SafeString:
    return format_html('<a href="{}">{}</a>', document.get_absolute_url(), document.number)


def file_cell(document: Document) -> SafeString:
    language = document.get_language_display()
    return format_html('<a href="{}" hreflang="{}">PDF</a> {}', document.url, document.language, language)


LISTING = Listing(
    columns=[
        Column(gettext_lazy("Number"), number_cell, text=lambda one: one.number),
        Column(gettext_lazy("Kind"), lambda one: one.get_kind_display()),
        Column(gettext_lazy("Issued on"), lambda one: one.issued_on.isoformat(), sort="issued_on"),
        Column(
            gettext_lazy("Amount, incl. tax"), lambda one: yen(one.total), look="num", text=lambda one: str(one.total)
        ),
        Column(gettext_lazy("File"), file_cell, text=lambda one: one.filename),
        Column("SHA-256", lambda one: copy(one.sha256, one.sha256[:12]), text=lambda one: one.sha256),
    ],
    sort="-issued_on",
    filename="papers",
)


def of_years(years: Sequence[int]) -> Listing:
    """The list with its filters. years: those that can be chosen."""
    year = Filter(
        "year",
        gettext_lazy("Year"),
        lambda: [(str(one), str(one)) for one in years],
        lambda rows, value: rows.filter(issued_on__year=int(value)),
    )
    return replace(LISTING, filters=[year, KIND])
