"""How API keys are listed."""

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.api_keys.models import ApiKey
from core.marks import badge, copy, when
from core.pages import Column, Listing


def rights(key: ApiKey) -> SafeString:
    """The level and the flags."""
    flags = [(key.may_bill, _("Bills")), (key.may_eventlog, _("Event log"))]
    named = format_html_join(" ", "{}", ((badge(label),) for has, label in flags if has))
    return format_html("{} {}", badge(key.get_level_display(), "brand"), named)


def made(key: ApiKey) -> SafeString:
    """When and by whom."""
    return format_html("{}<small>{}</small>", when(key.created_at, form="date"), key.created_by or _("by command"))


def ways(key: ApiKey) -> SafeString:
    """The button that asks before revoking."""
    url = reverse("api_key_revoke", args=[key.token])
    return format_html('<a class="button small" href="{0}" hx-get="{0}" hx-target="#dialog">{1}</a>', url, _("Revoke"))


KEYS = Listing(
    columns=[
        Column(gettext_lazy("Name"), lambda key: key.name, sort="name"),
        Column(gettext_lazy("Access token"), lambda key: copy(key.token), text=lambda key: str(key.token), look="wide"),
        Column(gettext_lazy("Rights"), rights),
        Column(gettext_lazy("Last used"), lambda key: when(key.last_used_on)),
        Column(gettext_lazy("Created"), made, sort="created_at"),
        Column("", ways, look="actions"),
    ],
    search=("name",),
    sort="name",
    filename="api-keys",
)
