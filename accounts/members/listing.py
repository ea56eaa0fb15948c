"""How members are listed."""

from dataclasses import replace

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.members.models import Member
from core.marks import badge, when
from core.pages import Column, Listing


def who(member: Member) -> SafeString:
    return format_html("{}<small>{}</small>", member.user, member.user.email)


def rights(member: Member) -> SafeString:
    """Owner, or the flags and the access level in each project."""
    if member.is_owner:
        return badge(_("Owner"), "brand")
    flags = [(member.may_bill, _("Bills")), (member.may_eventlog, _("Event log"))]
    grants = ((f"{grant.project.name}: {grant.get_level_display()}",) for grant in member.grants.all())
    named = format_html_join(" ", "{}", ((badge(label),) for has, label in flags if has))
    return format_html("{} {}", named, format_html_join(" ", '<span class="badge">{}</span>', grants))


def ways(member: Member) -> SafeString:
    """Where an owner changes it."""
    return format_html(
        '<a class="button small" href="{}">{}</a>', reverse("member_edit", args=[member.number]), _("Change the rights")
    )


COLUMNS = (
    Column(gettext_lazy("Name"), who, text=lambda member: str(member.user)),
    Column(gettext_lazy("Rights"), rights, look="wide"),
    Column(gettext_lazy("Joined"), lambda member: when(member.created_at, form="date"), sort="created_at"),
)
MEMBERS = Listing(COLUMNS, search=("user__name", "user__email"), sort="created_at", filename="members")
FOR_OWNERS = replace(MEMBERS, columns=(*COLUMNS, Column("", ways, look="actions")))
