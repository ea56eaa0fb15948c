"""What this app tells the dashboard and the search."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.projects.models import Project
from core.console import Attention, Hit
from sms.batches.models import Batch
from sms.subscriptions.models import Subscription
from sms.supplier.models import Interruption

HITS = 5


def search(actor: Actor, words: str) -> list[Hit]:
    """Subscriptions and bulk sendings by name. Phone numbers are searched in the log, where masks are."""
    kinds = Subscription.objects.visible_to(actor).alive().filter(name__icontains=words)[:HITS]
    found = [Hit(one.name, one.get_kind_display(), one.get_absolute_url(), "message-2") for one in kinds]
    batches = Batch.objects.visible_to(actor).alive().filter(name__icontains=words)[:HITS]
    return found + [Hit(one.name, _("Bulk sending"), one.get_absolute_url(), "stack-2") for one in batches]


def attention(project: Project, at: datetime) -> list[Attention]:
    """Restrictions (72-1) and interruptions (73-1). Two queries."""
    mine = list(Subscription.objects.alive().filter(project=project).order_by("pk"))
    restricted = _("SMS “%(name)s” is restricted: read why, and object if it is wrong")
    found = [
        Attention(restricted % {"name": one.name}, one.get_absolute_url(), "bad", "72-1")
        for one in mine
        if one.restriction != "NONE"
    ]
    kinds = {"", *(one.kind for one in mine)}
    if mine and Interruption.objects.open().filter(kind__in=kinds).exists():
        text = _("Sending SMS is interrupted; your messages wait and are sent when it is over")
        found.append(Attention(text, reverse("sms"), "warn", "73-1"))
    return found
