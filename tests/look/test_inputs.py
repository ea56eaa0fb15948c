"""Fields: label, mark, input, help and error belong together."""

import pytest
from django import forms
from django.utils import translation

from core import inputs
from core.cards import Card


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


class Order(forms.Form):
    """A form with every shape of field."""

    name = forms.CharField(help_text="1 to 64 characters.")
    size = forms.ChoiceField(
        widget=forms.RadioSelect, choices=[("1", Card("1 core", "¥7 an hour", "¥1,595")), ("2", "2 cores")]
    )
    note = forms.CharField(required=False)
    agree = forms.BooleanField(label="I agree.")
    nonce = forms.CharField(widget=forms.HiddenInput)


class Login(forms.Form):
    """A form whose fields are all required."""

    email = forms.EmailField(widget=forms.EmailInput(attrs={"placeholder": "Email"}))
    stay = forms.BooleanField(required=False)


def test_help_and_error_are_named_by_the_input():
    html = inputs.field(Order({}, auto_id="id_%s")["name"])

    assert 'aria-invalid="true" aria-describedby="id_name_helptext id_name_error"' in html
    assert '<div class="help" id="id_name_helptext">1 to 64 characters.</div>' in html
    assert '<p class="error" id="id_name_error">' in html


def test_the_first_bad_field_and_only_that_takes_the_focus():
    form = Order({"size": "1", "nonce": "n"})

    html = inputs.fields(form)

    assert html.count("autofocus") == 1
    assert "autofocus" in inputs.field(form["name"])


def test_required_fields_are_marked_only_beside_optional_ones():
    mark = '<span class="required">required</span>'

    assert mark in inputs.field(Order()["name"])
    assert mark not in inputs.field(Order()["note"])
    assert mark not in inputs.field(Login()["email"])


def test_a_placeholder_that_repeats_the_label_is_dropped():
    assert "placeholder" not in inputs.field(Login()["email"])


def test_choices_become_cards_in_a_named_group():
    html = inputs.field(Order()["size"], "cards")

    assert html.startswith('<fieldset class="field"><legend>Size')
    assert html.count('<label class="choice">') == 2
    assert '<span><strong>1 core</strong><small>¥7 an hour</small></span><span class="price">¥1,595</span>' in html


def test_a_bare_group_still_has_a_name_for_readers():
    assert '<legend class="sr-only">Size' in inputs.field(Order()["size"], "bare cards")


def test_errors_of_the_whole_form_stand_above_it():
    form = Order({})
    form.is_valid()
    form.add_error(None, "Not now.")

    html = inputs.form_errors(form)

    assert html.startswith('<div class="callout bad" role="alert">')
    assert "<p>Not now.</p><p>This field is required.</p>" in html
    assert inputs.form_errors(Login()) == ""
