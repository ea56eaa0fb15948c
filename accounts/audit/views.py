"""The event log of an organisation."""

from typing import Any

from django.http import HttpResponseBase

from accounts.audit.listing import listing
from accounts.audit.models import AuditEvent
from accounts.gates import in_organisation
from accounts.members.models import Member


@in_organisation(eventlog=True)
def event_log(request: Any) -> HttpResponseBase:
    """What happened in the organisation and its projects, newest first; as CSV with ?format=csv."""
    members = Member.objects.filter(organisation=request.organisation).select_related("user").order_by("pk")
    listed = listing(request.now, members)
    events = AuditEvent.objects.filter(organisation=request.organisation)
    return listed.answer(request, events, "accounts/audit/list.html")
