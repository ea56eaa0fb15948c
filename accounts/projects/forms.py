"""The shape of what people say about a project."""

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import NameField, OnceForm


class ProjectForm(OnceForm):
    """Name and description."""

    name = NameField()
    description = forms.CharField(label=gettext_lazy("Description"), max_length=512, required=False)
