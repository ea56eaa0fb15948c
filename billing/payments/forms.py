"""What is asked when a card is registered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.payments.drivers.simulated import CARDS
from core.cards import Card as Choice
from core.forms import OnceForm


class ConsentForm(OnceForm):
    """The tick below the text of 4-3; absent once it was accepted."""

    accepted = forms.BooleanField(label=_("I have read this and agree"), required=False)

    def __init__(self, *args: Any, lacking: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not lacking:
            del self.fields["accepted"]


def test_cards() -> list[tuple[str, Choice]]:
    """The test cards as radio cards."""
    return [(card.code, Choice(f"{card.brand} •••• {card.last4}", detail=card.title)) for card in CARDS.values()]


class TestCardForm(forms.Form):
    """One of the simulated gateway's test cards."""

    card = forms.ChoiceField(label=_("Test card"), choices=test_cards, widget=forms.RadioSelect, initial="visa")


class BankForm(TestCardForm):
    """The bank's question of 3-D Secure, for the card that was picked."""

    card = forms.ChoiceField(choices=test_cards, widget=forms.HiddenInput)
    approved = forms.TypedChoiceField(
        choices=[("yes", _("Approve")), ("no", _("Reject"))], coerce=lambda value: value == "yes", required=False
    )
