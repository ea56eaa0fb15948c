"""What the billing tests sell: offers that stand for those of the service apps, opened on any row at hand."""

from datetime import datetime
from typing import Any

from accounts.access import SYSTEM
from accounts.projects.models import Project
from billing import contracts, meters
from billing.contracts import Closing, Contract, Renewal, Service
from core.calendar import JST
from tests import make

SERVER = Service(code="test.server", title="Server", clause="2-1", item="server")
SMS = Service(code="test.sms", title="SMS", clause="67-1", item="sms.a2p", closing=Closing.TWENTIETH)
CONNECT = Service(
    code="test.connect", title="Connect", clause="34-1", closing=Closing.END_OF_MONTH, renewal=Renewal.YEARLY,
    individuals=False, business_use="34-2",
)  # fmt: skip
CERTIFICATE = Service(code="test.certificate", title="Certificate", clause="78-1", closing=Closing.AT_EXPIRY)
HYBRID = Service(code="test.hybrid", title="Hybrid", clause="12-1", item="hybrid", due=contracts.Due.HYBRID)


def jst(day: int, hour: int = 0, minute: int = 0, *, month: int = 4) -> datetime:
    """An instant of 2026 in Japan; without a month, in April."""
    return datetime(2026, month, day, hour, minute, tzinfo=JST)


def opened(project: Project, service: Service = SERVER, **options: Any) -> Contract:
    """A contract on the project itself, which stands for a thing of a service app."""
    usual: dict[str, Any] = {"by": SYSTEM, "at": make.MORNING, "business_use": bool(service.business_use)}
    return contracts.open(service, project, project=project, **usual | options)


def spans(contract: Contract) -> list[tuple[str, str, Any, Any]]:
    """All spans of a contract in order: (item, plan, from, to)."""
    rows = meters.Span.objects.filter(contract=contract).order_by("period")
    return [(row.item_id, row.plan, row.period.lower, row.period.upper) for row in rows]
