"""Interruptions by the carriers upstream, and what the supplier announces."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.access import Actor
from accounts.notices import Topic
from billing.contracts import Contract
from core.calendar import Month
from core.console import Disruption
from core.errors import Refused
from sms.subscriptions.models import Subscription
from sms.supplier.models import Interruption, SupplierNews


@transaction.atomic
def interrupt(*, kind: str = "", reason: str, hits_base: bool = False, by: Actor, at: datetime) -> Interruption:
    """Interrupt sending because an upstream carrier does; messages wait, customers are told (73-1)."""
    try:
        with transaction.atomic():
            made = Interruption.objects.create(kind=kind, reason=reason, began_at=at, hits_base=hits_base)
    except IntegrityError as error:
        raise Refused(_("This is interrupted already.")) from error
    audit.record("sms.interrupted", made, by=by, at=at)
    tell("sms.interrupted", made, kind, at=at)
    return made


@transaction.atomic
def resume(interruption: Interruption, *, by: Actor, at: datetime) -> None:
    """Sending goes on; what waited is sent now (73-1)."""
    if not Interruption.objects.open().filter(pk=interruption.pk).update(ended_at=at):
        raise Refused(_("This interruption is over already."))
    audit.record("sms.resumed", interruption, by=by, at=at)
    tell("sms.resumed", interruption, interruption.kind, at=at)


@transaction.atomic
def announce(news: SupplierNews, *, by: Actor, at: datetime) -> None:
    """Tell all customers of SMS about a change or the end of the supplier's service (76-1)."""
    news.told_at = at
    news.save()
    audit.record("sms.news_told", news, by=by, at=at)
    tell("sms.news", news, "", at=at, title=news.title, text=news.text, effective_on=news.effective_on)


def tell(kind_of_notice: str, about: Interruption | SupplierNews, kind: str, *, at: datetime, **words: Any) -> None:
    rows = Subscription.objects.filter(state="ACTIVE").select_related("project")
    chosen, url = rows.filter(kind=kind) if kind else rows, reverse("sms")
    for project in {row.project_id: row.project for row in chosen}.values():
        occasion = f"told {project.pk}"
        notices.send(
            kind_of_notice, about, to=project, topic=Topic.SERVICE, occasion=occasion, act_url=url, at=at, **words
        )


def outside_the_sla(contract: Contract, month: Month) -> list[tuple[datetime, datetime]]:
    """When a customer's base service could not be used because of its SMS, in a month: no outage for the SLA (77-1).

    Only for a project that had SMS in that month. Half-open, clipped to the month; one that goes on ends with it.
    """
    hits = Interruption.objects.filter(Q(ended_at=None) | Q(ended_at__gt=month.start), hits_base=True)
    rows = list(hits.filter(began_at__lt=month.end).order_by("began_at", "pk"))
    sms = Subscription.objects.filter(project=contract.project_id, contract__concluded_at__lt=month.end)
    if not rows or not sms.filter(Q(contract__closed_at=None) | Q(contract__closed_at__gt=month.start)).exists():
        return []
    return [(max(row.began_at, month.start), min(row.ended_at or month.end, month.end)) for row in rows]


def on_the_status_page(since: datetime) -> list[Disruption]:
    """Interruptions that were open at or after an instant, as incidents of the public page (73-1). One query."""
    rows = Interruption.objects.filter(Q(ended_at=None) | Q(ended_at__gte=since)).order_by("-began_at")[:50]
    cause = _("SMS: interrupted by a carrier upstream (73-1)")
    return [
        Disruption(row.reason, cause, row.get_kind_display() if row.kind else _("All SMS"), row.began_at, row.ended_at)
        for row in rows
    ]
