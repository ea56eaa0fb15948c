"""The shape of the choice of mails, and of a webhook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.notices.hooks import TOPICS
from accounts.notices.models import OPTIONAL_TOPICS
from core.forms import OnceForm


class MailForm(OnceForm):
    """Which of the optional topics come by mail."""

    mailed = forms.MultipleChoiceField(
        label=gettext_lazy("By mail, too"),
        choices=[(topic.value, topic.label) for topic in OPTIONAL_TOPICS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, muted: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mailed"].initial = [topic.value for topic in OPTIONAL_TOPICS if topic.value not in muted]


class HookForm(OnceForm):
    """An address, and what is posted there."""

    url = forms.CharField(
        label=gettext_lazy("Address of the webhook"), max_length=500, widget=forms.URLInput(),
        help_text=gettext_lazy("It begins with https:// and can be reached from the internet."),
    )  # fmt: skip
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("What is posted"), choices=[(topic.value, topic.label) for topic in TOPICS],
        widget=forms.CheckboxSelectMultiple, initial=[topic.value for topic in TOPICS],
    )  # fmt: skip
