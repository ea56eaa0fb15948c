"""What this app tells the dashboard and the search."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Actor
from accounts.projects.models import Project
from certificates.orders.models import Certificate
from core.console import Attention, Hit

HITS = 5
WORDS = {
    "INFO_REQUIRED": gettext_lazy("The certificate “%(name)s” waits for information from you"),
    "RENEWAL_FAILED": gettext_lazy("Renewing the certificate “%(name)s” does not succeed"),
    "EXPIRED": gettext_lazy("The certificate “%(name)s” has expired"),
    "REVOKED": gettext_lazy("The certificate “%(name)s” was revoked"),
}
CLAUSES = {"INFO_REQUIRED": "82-1", "RENEWAL_FAILED": "84-2", "EXPIRED": "84-1", "REVOKED": "83-1"}


def search(actor: Actor, words: str) -> list[Hit]:
    """Certificates by name, number or host name."""
    wanted = Q(name__icontains=words) | Q(names__contains=[words.lower()])
    if words.isascii() and words.isdigit() and len(words) == 12:
        wanted |= Q(number=int(words))
    rows = Certificate.objects.visible_to(actor).alive().filter(wanted)[:HITS]
    return [Hit(one.name, _("Certificate %(n)s") % {"n": one.number}, one.get_absolute_url(), "lock") for one in rows]


def attention(project: Project, at: datetime) -> list[Attention]:
    """What doesn't work, or waits for the customer. One query."""
    rows = Certificate.objects.alive().filter(project=project, state__in=WORDS).order_by("not_after", "pk")[:10]
    return [
        Attention(
            str(WORDS[one.state]) % {"name": one.name}, one.get_absolute_url(),
            "warn" if one.state == "INFO_REQUIRED" else "bad", CLAUSES[one.state],
        )
        for one in rows
    ]  # fmt: skip
