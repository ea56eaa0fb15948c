"""The deadline inbox, and the calendar feed."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import person
from accounts.deadlines import actions, calendar
from accounts.deadlines.models import Deadline
from accounts.gates import in_organisation, public
from core.marks import relative, until
from core.pages import Column, Listing

FEED_LIMIT = 500


def act(deadline: Deadline) -> SafeString:
    """The one button."""
    return format_html('<a class="button small" href="{}">{}</a>', deadline.act_url, _("Open"))


@in_organisation
def index(request: Any) -> HttpResponseBase:
    """What is due in the organisation, soonest first, as far as the person may see it."""
    listing = Listing(
        columns=[
            Column(gettext_lazy("What"), lambda deadline: deadline.sentence),
            Column(gettext_lazy("Due (JST)"), lambda deadline: until(deadline.due_at), sort="due_at"),
            Column(gettext_lazy("Left"), lambda deadline: relative(deadline.due_at, request.now)),
            Column("", act, look="actions"),
        ],
        sort="due_at",
        filename="deadlines",
    )
    rows = Deadline.objects.visible_to(request.actor).filter(organisation=request.organisation).ahead(request.now)
    return listing.answer(request, rows, "accounts/deadlines/list.html")


@require_POST
@in_organisation
def open_feed(request: Any) -> HttpResponse:
    """Make the secret address of a calendar feed, shown once; a former one stops working."""
    token = actions.open_feed(request.user, request.organisation, by=request.actor, at=request.now)
    url = f"{settings.BASE_URL}{reverse('deadlines_feed', args=[token])}"
    return render(request, "accounts/deadlines/feed.html", {"url": url})


@public
def feed(request: Any, token: str) -> HttpResponse:
    """The calendar, for whoever knows the address: what its maker may see now, in their language."""
    found = actions.find_feed(token)
    if found is None:
        raise Http404
    rows = Deadline.objects.visible_to(person(found.user)).filter(organisation=found.organisation).ahead(request.now)
    with translation.override(found.user.language):
        title = _("Deadlines of %(name)s") % {"name": found.organisation.name}
        text = calendar.render(rows.order_by("due_at", "pk")[:FEED_LIMIT], title=title, at=request.now)
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")
