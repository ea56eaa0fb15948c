"""The shape of an order for an API key."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.access import Seat
from accounts.levels import Level
from accounts.members.forms import LEVELS
from core.forms import NameField, OnceForm


class KeyForm(OnceForm):
    """Name, level and flags; only what the maker may give is offered."""

    name = NameField(help_text=gettext_lazy("What uses it, like “terraform”."))
    level = forms.TypedChoiceField(label=gettext_lazy("Access level"), coerce=int, widget=forms.RadioSelect)
    may_bill = forms.BooleanField(label=gettext_lazy("May see bills"), required=False)
    may_eventlog = forms.BooleanField(label=gettext_lazy("May read the event log"), required=False)

    def __init__(self, *args: Any, level: Level, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [(v, label) for v, label in LEVELS if Level.VIEW <= v <= level]  # type: ignore[attr-defined]
        self.fields["level"].initial = Level.VIEW.value
        self.fields["may_bill"].disabled = not seat.bill
        self.fields["may_eventlog"].disabled = not seat.eventlog
