"""The inbox: what we told a person, and which topics also come by mail."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.gates import signed_in
from accounts.notices import actions
from accounts.notices.forms import MailForm
from accounts.notices.models import Muted, Notice, Topic
from core.forms import page, submitted
from core.marks import badge, until, when
from core.pages import Column, Filter, Listing, by_field


def title(notice: Notice) -> SafeString:
    """The title as a link, marked while unread."""
    new = badge(_("New"), "brand") if notice.read_at is None else ""
    return format_html('<a href="{}">{}</a> {}', notice.get_absolute_url(), notice.title, new)


INBOX = Listing(
    columns=[
        Column(gettext_lazy("Notice"), title, text=lambda notice: notice.title, look="wide"),
        Column(gettext_lazy("Topic"), lambda notice: notice.get_topic_display()),
        Column(gettext_lazy("Deadline"), lambda notice: until(notice.deadline_at)),
        Column(gettext_lazy("Time"), lambda notice: when(notice.at), sort="at"),
    ],
    search=("title",),
    filters=[
        by_field("topic", gettext_lazy("Topic"), lambda: Topic.choices),
        Filter(
            "unread",
            gettext_lazy("Show"),
            lambda: [("1", _("Unread"))],
            lambda rows, _value: rows.filter(read_at=None),
        ),
    ],
    sort="-at",
    filename="notices",
)


@signed_in
def inbox(request: Any) -> HttpResponseBase:
    """Everything we told the person, newest first."""
    return INBOX.answer(request, Notice.objects.filter(user=request.user), "accounts/notices/list.html")


@signed_in
def detail(request: Any, uuid: UUID) -> HttpResponse:
    """One notice, in the words that were mailed; opening it marks it as read."""
    notice = get_object_or_404(Notice, user=request.user, uuid=uuid)
    actions.read(notice, at=request.now)
    return render(request, "accounts/notices/detail.html", {"notice": notice, "words": notice.words})


@require_POST
@signed_in
def read_all(request: Any) -> HttpResponse:
    """Mark everything as read."""
    actions.read_all(request.user, at=request.now)
    return redirect("notices")


@signed_in
def mail(request: Any) -> HttpResponse:
    """Choose which topics come by mail."""
    muted = set(Muted.objects.filter(user=request.user).values_list("topic", flat=True))
    form = MailForm(request.POST or None, muted=muted)

    def act() -> str:
        actions.prefer(request.user, set(form.cleaned_data["mailed"]))
        return "notice_preferences"

    return submitted(request, form, act, done=_("Saved.")) or page(request, "accounts/notices/preferences.html", form)
