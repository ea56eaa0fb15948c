"""A form field as HTML: label, mark, input, help, error, in that order and tied together for screen readers."""

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.marks import icon

HIDDEN = SafeString(' class="sr-only"')


def first_bad(form: forms.BaseForm) -> str:
    """Name of the first visible field with an error; it takes the focus."""
    return next((field.name for field in form.visible_fields() if field.errors), "")


def marked(form: forms.BaseForm) -> bool:
    """Whether required fields need a mark: only beside optional ones, ticks aside."""
    return any(not field.required and not isinstance(field, forms.BooleanField) for field in form.fields.values())


def mark(bound: BoundField) -> SafeString:
    """The word "required" where it tells something."""
    if bound.field.required and marked(bound.form):
        return format_html('<span class="required">{}</span>', _("required"))
    return SafeString("")


def notes(bound: BoundField) -> SafeString:
    """Help and errors below the input, under the ids that Django's `aria-describedby` names."""
    help_text = errors = SafeString("")
    if bound.help_text:
        help_text = format_html('<div class="help" id="{}_helptext">{}</div>', bound.auto_id, bound.help_text)
    if bound.errors:
        text = format_html_join(" ", "{}", ((error,) for error in bound.errors))
        errors = format_html('<p class="error" id="{}_error">{}{}</p>', bound.auto_id, icon("alert-circle"), text)
    return help_text + errors


def field(bound: BoundField, look: str = "") -> SafeString:
    """The whole field. look: "cards" shows options as cards (`core.cards.Card`), "bare" hides its label."""
    widget = bound.field.widget
    if bound.is_hidden:
        return bound.as_widget()
    if isinstance(widget, forms.CheckboxInput):
        return tick(bound)
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return options(bound, look)
    return format_html(
        '<div class="field"><label for="{}"{}>{}{}</label>{}{}</div>',
        bound.id_for_label,
        HIDDEN if "bare" in look else "",
        bound.label,
        mark(bound),
        bound.as_widget(attrs=attributes(bound)),
        notes(bound),
    )


def attributes(bound: BoundField) -> dict[str, str | bool]:
    """Focus for the first bad field; no placeholder that only repeats the label."""
    found: dict[str, str | bool] = {}
    if bound.errors and bound.name == first_bad(bound.form):
        found["autofocus"] = True
    if bound.field.widget.attrs.get("placeholder") == str(bound.label):
        found["placeholder"] = False
    return found


def tick(bound: BoundField) -> SafeString:
    """A box with its label at the right."""
    return format_html(
        '<div class="field"><label class="check">{}<span>{}{}</span></label>{}</div>',
        bound.as_widget(attrs=attributes(bound)),
        bound.label,
        mark(bound),
        notes(bound),
    )


def options(bound: BoundField, look: str) -> SafeString:
    """A group of radio buttons or boxes, as lines or as cards."""
    css = ("choices", "choice") if "cards" in look else ("options", "check")
    described = (
        format_html(' aria-describedby="{}"', bound.aria_describedby) if bound.aria_describedby else SafeString("")
    )
    return format_html(
        '<fieldset class="field"{}><legend{}>{}{}</legend><div class="{}">{}</div>{}</fieldset>',
        described,
        HIDDEN if "bare" in look else "",
        bound.label,
        mark(bound),
        css[0],
        mark_safe("".join(option(css[1], widget.tag(), widget.choice_label) for widget in bound.subwidgets)),  # noqa: S308
        notes(bound),
    )


def option(css: str, tag: SafeString, label: object) -> SafeString:
    """One option: title, the line below it, the price."""
    detail, price = getattr(label, "detail", ""), getattr(label, "price", "")
    body = format_html("<strong>{}</strong><small>{}</small>", label, detail) if detail else format_html("{}", label)
    side = format_html('<span class="price">{}</span>', price) if price else SafeString("")
    return format_html('<label class="{}">{}<span>{}</span>{}</label>', css, tag, body, side)


def form_errors(form: forms.BaseForm) -> SafeString:
    """What is wrong with the form as a whole, above its fields."""
    errors = [*form.non_field_errors(), *(error for hidden in form.hidden_fields() for error in hidden.errors)]
    if not errors:
        return SafeString("")
    lines = format_html_join("", "<p>{}</p>", ((error,) for error in errors))
    return format_html('<div class="callout bad" role="alert">{}<div>{}</div></div>', icon("alert-circle"), lines)


def fields(form: forms.BaseForm) -> SafeString:
    """All of a form: its errors, hidden fields and visible fields."""
    parts = [form_errors(form), *(field(bound) for bound in form)]
    return mark_safe("".join(parts))  # noqa: S308  every part is made by format_html
