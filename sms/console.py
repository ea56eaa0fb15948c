"""What this app tells the dashboard and the search."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.projects.models import Project
from core.console import Attention, Hit
from sms.batches.models import Batch
from sms.subscriptions.models import Subscription

HITS = 5


def search(actor: Actor, words: str) -> list[Hit]:
    """Subscriptions and bulk sendings by name. Phone numbers are searched in the log, where masks are."""
    kinds = Subscription.objects.visible_to(actor).alive().filter(name__icontains=words)[:HITS]
    found = [Hit(one.name, one.get_kind_display(), one.get_absolute_url(), "message-2") for one in kinds]
    batches = Batch.objects.visible_to(actor).alive().filter(name__icontains=words)[:HITS]
    return found + [Hit(one.name, _("Bulk sending"), one.get_absolute_url(), "stack-2") for one in batches]


def attention(project: Project, at: datetime) -> list[Attention]:
    """Restrictions (72-1). One query."""
    rows = Subscription.objects.alive().filter(project=project).exclude(restriction="NONE").order_by("pk")
    text = _("SMS “%(name)s” is restricted: read why, and object if it is wrong")
    return [Attention(text % {"name": one.name}, one.get_absolute_url(), "bad", "72-1") for one in rows]
