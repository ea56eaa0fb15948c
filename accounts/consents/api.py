"""What was agreed to, in the panel's API."""

from typing import Any

from django.db.models import QuerySet

from accounts.api import Collection, PanelEndpoint
from accounts.consents.models import Acceptance
from core.api import Instant, Made, Part, Text, Whole

CONSENT = Part(
    {
        "Document": Text("document__code"),
        "Version": Whole("document__version"),
        "EffectiveOn": Made(lambda day: day.isoformat(), "document__effective_on"),
        "AcceptedAt": Instant("at"),
        "By": Text("actor_label"),
        "SHA256": Text("text_sha256"),
    }
)


def accepted(request: Any) -> QuerySet[Acceptance]:
    """What the key's organisation agreed to, newest first."""
    return Acceptance.objects.filter(organisation=request.project.organisation_id).order_by("-at", "-pk")


class Consents(Collection):
    """The documents and versions that were accepted, newest first, with the SHA-256 of the text that was shown."""

    endpoint = PanelEndpoint


consents = Consents("consents", "Consent", "Consents", rows=accepted, fields=CONSENT, key="")
