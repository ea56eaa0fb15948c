"""Tags of the console; built into every template, shown in the style guide."""

from datetime import date, datetime
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.template import Context
from django.utils.safestring import SafeString

from core import assets, charts, inputs, marks
from core.money import yen

register = template.Library()

for module, names in (
    (marks, ("icon", "chip", "badge", "clause", "copy", "code", "money", "usage", "avatar", "tags")),
    (inputs, ("field", "fields", "form_errors")),
    (charts, ("area_chart", "sparkline")),
):
    for name in names:
        register.simple_tag(getattr(module, name))
register.simple_tag(assets.address, name="asset")
register.filter(yen)
register.filter(marks.device)


@register.simple_tag(takes_context=True)
def when(context: Context, at: datetime | date | None, form: str = "") -> SafeString:
    """`marks.when` with the clock of the request."""
    return marks.when(at, getattr(context.get("request"), "now", None), form)


@register.simple_tag
def beyond(outlook: Any, price: Any) -> str:
    """What the order of that price does to the month's budget, in words; nothing while the month stays within it."""
    order = price.this_month.total
    return outlook.words(order) if outlook and outlook.exceeds(order) else ""


@register.simple_tag
def blocked(label: str, reason: str, icon: str = "", clause: str = "", css: str = "") -> SafeString:
    """`marks.blocked`, its arguments named as templates name things."""
    return marks.blocked(label, reason, icon, clause, css)


@register.simple_tag
def toast(text: object, tone: str = "info", clause: str = "") -> SafeString:
    """`marks.toast`, its arguments named as templates name things."""
    return marks.toast(text, tone, clause)


@register.simple_tag
def toast_of(message: Message) -> SafeString:
    """A toast of a Django message; the tag "clause:7-1" becomes a link to the clause."""
    found = next((tag for tag in (message.extra_tags or "").split() if tag.startswith("clause:")), "")
    return marks.toast(message.message, message.level_tag, found.removeprefix("clause:"))
