"""What SMS adds to an export of a customer's data."""

from collections.abc import Iterable, Iterator
from typing import Any

from accounts.organisations.models import Organisation
from sms.audience.models import OptOut
from sms.messages.models import Message


def export(organisation: Organisation) -> Iterator[tuple[str, Iterable[Any]]]:
    """The customer's messages without their texts, and opt-outs: (file name, rows), oldest first."""
    own = {"project__organisation": organisation}
    columns = ("uuid", "destination", "sender", "state", "segments", "created_at", "submitted_at", "done_at", "error")
    yield "sms.jsonl", Message.objects.filter(**own).order_by("pk").values(*columns).iterator()
    opted_out = OptOut.objects.filter(**own).order_by("pk")
    yield "sms-opt-outs.jsonl", opted_out.values("destination", "source", "created_at").iterator()
