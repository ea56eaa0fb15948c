"""The statement in the panel's API."""

from typing import Any

from django.db.models import QuerySet

from accounts.api import Collection, PanelEndpoint, of_bills
from billing import credit_notes
from billing.postings import queries
from billing.postings.models import Posting
from core.api import Id, Instant, Part, Reply, Text, Whole

MOVEMENT = Part(
    {"At": Instant("at"), "Kind": Text("kind"), "Invoice": Id("invoice__number"), "Amount": Whole("amount")}
)


def moved(request: Any) -> QuerySet[Posting]:
    """What changed the debt of the key's organisation, newest first. Raises Forbidden without the right to bills."""
    return queries.movements(of_bills(request)).order_by("-at", "-pk")


class Statement(Collection):
    """All that changed what is owed, newest first; beside it what is owed now and the credit that waits."""

    endpoint = PanelEndpoint

    def answer_list(self, request: Any) -> Reply:
        reply = super().answer_list(request)
        organisation = request.project.organisation
        sums = {"Balance": queries.owed_by(organisation), "Credit": credit_notes.waiting(organisation)}
        return Reply({**reply.value, **sums}, success=None)


statement = Statement("statement", "Movement", "Movements", rows=moved, fields=MOVEMENT, key="")
