"""What is due when, in the panel's API."""

from typing import Any

from django.db.models import QuerySet

from accounts.api import Collection, PanelEndpoint
from accounts.audit.sentences import sentence
from accounts.deadlines.models import Deadline
from core.api import Id, Instant, Made, Part, Text

DEADLINE = Part(
    {
        "DueAt": Instant("due_at"),
        "Kind": Text("kind"),
        "Text": Made(sentence, "kind", "data"),
        "Project": Id("project__number"),
        "Page": Text("act_url"),
    }
)


def ahead(request: Any) -> QuerySet[Deadline]:
    """What the key may see of its organisation's deadlines, soonest first."""
    rows = Deadline.objects.visible_to(request.actor).filter(organisation=request.project.organisation_id)
    return rows.ahead(request.now).order_by("due_at", "pk")


class Deadlines(Collection):
    """What is due, soonest first."""

    endpoint = PanelEndpoint


deadlines = Deadlines("deadlines", "Deadline", "Deadlines", rows=ahead, fields=DEADLINE, key="")
