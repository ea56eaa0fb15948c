"""The last question before closing."""

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import TypeNameForm


class CloseForm(TypeNameForm):
    """Type the name of the organisation."""

    confirm = forms.CharField(label=gettext_lazy("Type the name to confirm"), max_length=64)


class CloseAccountForm(TypeNameForm):
    """Type one's own mail address."""

    confirm = forms.CharField(label=gettext_lazy("Type your mail address to confirm"), max_length=254)
