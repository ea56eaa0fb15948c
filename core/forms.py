"""What all forms share: names, tags, choices by number, refusals at the field, acting once."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refused
from core.nonces import UsedNonce, result_of

MAX_TAGS, MAX_TAG = 10, 32


class OnceForm(forms.Form):
    """A form that acts once, however often it is sent: its template shows `{{ form.nonce }}`."""

    nonce = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def said(self, name: str) -> Any:
        """What a field says now, sent or initial, unchecked; "" for nothing."""
        value = self.data.get(name, "") if self.is_bound else self.fields[name].initial
        return "" if value is None or callable(value) else value

    def refuse(self, refusal: Refused) -> None:
        """Show the refusal at its field, or above the form."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class NameField(forms.CharField):
    """A name of 1 to 64 characters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Name"), "max_length": 64, **options})


class TagsField(forms.CharField):
    """Up to 10 tags of up to 32 characters, separated by spaces or commas; cleans to a list without repeats."""

    def __init__(self, **options: Any) -> None:
        hint = gettext_lazy("Up to 10, separated by spaces.")
        super().__init__(**{"label": gettext_lazy("Tags"), "required": False, "help_text": hint, **options})

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        tags = list(dict.fromkeys(text.replace(",", " ").replace("、", " ").split()))
        if len(tags) > MAX_TAGS or any(len(tag) > MAX_TAG for tag in tags):
            raise forms.ValidationError(_("At most 10 tags of at most 32 characters each."))
        return tags

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value


class PickField(forms.ChoiceField):
    """A choice among given things, by a key of theirs; cleans to the thing, or None when empty and not required."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.things: dict[str, Any] = {}

    def offer(self, things: Iterable[Any], *, key: str, label: Callable[[Any], Any] = str, empty: Any = None) -> None:
        """Set what can be picked, in order; `empty` is the label of "none"."""
        self.things = {str(getattr(thing, key)): thing for thing in things}
        none = [] if empty is None else [("", empty)]
        self.choices = [*none, *((value, label(thing)) for value, thing in self.things.items())]

    def clean(self, value: Any) -> Any:
        picked = super().clean(value)
        return self.things.get(picked)


class LabelsForm(OnceForm):
    """What a customer calls a thing."""

    name = NameField()
    description = forms.CharField(
        label=gettext_lazy("Description"), max_length=512, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    tags = TagsField()

    @classmethod
    def of(cls, thing: Any, data: Any) -> "LabelsForm":
        """The form of a thing that has these labels."""
        return cls(data or None, initial={"name": thing.name, "description": thing.description, "tags": thing.tags})

    def labels(self) -> dict[str, Any]:
        """Name, description and tags, of a valid form."""
        return {name: self.cleaned_data[name] for name in ("name", "description", "tags")}


class TypeNameForm(OnceForm):
    """Type the name of what can't be brought back."""

    confirm = forms.CharField(label=gettext_lazy("Type its name to delete it"), max_length=64)

    def __init__(self, *args: Any, name: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.name = name
        self.fields["confirm"].widget.attrs |= {"data-confirm": name, "autocomplete": "off"}

    def clean_confirm(self) -> str:
        typed: str = self.cleaned_data["confirm"]
        if typed.strip() != self.name:
            raise forms.ValidationError(_("This is not its name: “%(name)s”.") % {"name": self.name})
        return typed


def submitted(
    request: HttpRequest, form: OnceForm, act: Callable[[], models.Model | str], *, done: str = ""
) -> HttpResponse | None:
    """Act on a valid form and go to the result; None when the form must be shown (again).

    act returns the thing to show, or an address. A refusal is shown at its field and nothing was changed; a form sent
    twice acts once and leads to the same place. done: a message for the next page.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    nonce = form.cleaned_data.get("nonce")
    before = result_of(nonce) if nonce else None
    if before is not None:
        return redirect(before)
    try:
        url = once(nonce, act, request)
    except Refused as refusal:
        form.refuse(refusal)
        return None
    if done:
        messages.success(request, done)
    return redirect(url)


def once(nonce: uuid.UUID | None, act: Callable[[], models.Model | str], request: Any) -> str:
    """Act and remember the nonce in one transaction; a rival with the same nonce waits, then gets our result."""
    try:
        with transaction.atomic():
            if nonce:
                UsedNonce.objects.create(nonce=nonce, url="/", at=request.now)
            url = resolve_url(act())
            if nonce:
                UsedNonce.objects.filter(nonce=nonce).update(url=url)
            return url
    except IntegrityError:
        url_before = result_of(nonce) if nonce else None
        if url_before is None:
            raise
        return url_before


def page(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """The form's page: 422 when it was sent and refused; only its dialog when htmx asks for it over a page."""
    status = 422 if form.is_bound and form.errors else 200
    part = f"{template}#dialog" if request.method == "GET" and request.headers.get("HX-Request") else template
    return render(request, part, {"form": form, **context}, status=status)
