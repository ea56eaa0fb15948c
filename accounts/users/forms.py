"""The shape of what a person says about themselves."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy

from accounts.users.models import User
from core.forms import NameField, OnceForm

LANGUAGES = [("ja", "日本語"), ("en", "English")]


class SignupForm(forms.Form):
    """What sign-up asks beside address and password (allauth mixes it into its form)."""

    name = NameField(label=gettext_lazy("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=LANGUAGES, initial=lambda: get_language() or "ja"
    )

    def signup(self, request: Any, user: User) -> None:
        """Keep it with the new user."""
        user.name, user.language = self.cleaned_data["name"], self.cleaned_data["language"]
        user.save(update_fields=["name", "language"])


class ProfileForm(OnceForm):
    """Name and language."""

    name = NameField(label=gettext_lazy("Your name"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=LANGUAGES, help_text=gettext_lazy("Of pages and mails.")
    )
