"""What billing has to say when a project or an organisation is closed, and what it adds to an export of data."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from billing.contracts.models import Contract
from billing.invoices.models import Invoice, InvoiceLine
from core.errors import Hint, Refused


def refuse_running_contracts(project: Project, at: datetime) -> None:
    """Raise Refused while something is provided in the project; each service is ended by its own rule first."""
    running = Contract.objects.live().filter(project=project)
    count = running.count()
    if count:
        text = _(
            "“%(project)s” still has %(count)s running contracts, for example “%(one)s”. Delete what you use first."
        )
        values = {"project": project, "count": count, "one": running.order_by("pk")[0]}
        raise Refused(text % values, code="still_needed", hints=[Hint(_("Show the dashboard"), reverse("dashboard"))])


def export(organisation: Organisation) -> Iterator[tuple[str, Iterable[Any]]]:
    """The customer's contracts and invoices with their lines: (file name, rows), oldest first."""
    own = {"organisation": organisation}
    contracts = Contract.objects.filter(**own).order_by("pk")
    yield (
        "contracts.jsonl",
        contracts.values(
            "number", "service", "name", "state", "zone", "concluded_at", "started_on", "ended_on"
        ).iterator(),
    )
    invoices = Invoice.objects.filter(**own, state=Invoice.State.ISSUED).order_by("pk")
    yield (
        "invoices.jsonl",
        invoices.values("number", "month", "issued_at", "due_on", "subtotal", "tax", "total", "recipient").iterator(),
    )
    lines = InvoiceLine.objects.filter(invoice__organisation=organisation, invoice__state=Invoice.State.ISSUED)
    named = {"invoice_number": F("invoice__number"), "contract_number": F("contract__number")}
    ordered = lines.order_by("invoice_id", "line_no")
    yield "invoice-lines.jsonl", ordered.values("line_no", "name", "quantity", "amount", **named).iterator()
