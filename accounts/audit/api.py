"""The event log in the panel's API, for keys with the right to read it."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.api import Collection, PanelEndpoint
from accounts.audit import sentences
from accounts.audit.models import AuditEvent
from core.api import Id, Instant, Made, Part, Text
from core.errors import Forbidden


def sentence(verb: str, data: dict[str, Any], name: str) -> str:
    """What happened, in the reader's language."""
    return sentences.sentence(verb, {**data, "name": name})


EVENT = Part(
    {
        "At": Instant("at"),
        "Event": Text("verb"),
        "Text": Made(sentence, "verb", "data", "subject_name"),
        "Kind": Text("subject_kind"),
        "Number": Id("subject_number"),
        "Name": Text("subject_name"),
        "From": Text("source"),
        "To": Text("target"),
        "By": Text("actor_label"),
        "ByKind": Text("actor_kind"),
        "Address": Text("address"),
    }
)


class EventLog(Collection):
    """What happened in the key's project, newest first."""

    endpoint = PanelEndpoint

    def visible(self, request: Any) -> QuerySet[Any, Any]:
        if not request.actor.seat_in(request.project.organisation_id).eventlog:
            raise Forbidden(_("This key may not read the event log. Make one that may."))
        return self.rows(request)


def of_project(request: Any) -> QuerySet[AuditEvent]:
    """Events of the key's project, newest first."""
    return AuditEvent.objects.filter(project=request.project).order_by("-at", "-id")


events = EventLog("events", "Event", "Events", rows=of_project, fields=EVENT, key="")
