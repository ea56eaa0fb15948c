"""The shape of an enrolment."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.consents.ticks import TicksForm
from core.cards import Card
from core.forms import PickField
from mobile.betas.models import Beta


class EnrolForm(TicksForm):
    """Which beta."""

    beta = PickField(label=gettext_lazy("Beta service"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, offers: Sequence[Beta], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["beta"]
        assert isinstance(field, PickField)
        field.offer(offers, key="code", label=lambda one: Card(one.title, one.get_parent_display()))
        field.initial = offers[0].code if offers else ""
