"""The screening for resale, by us and by the supplier, and the separate contract it leads to (71-1)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.access import SYSTEM, Actor
from accounts.cases import actions as cases
from accounts.cases.models import Case
from accounts.projects.models import Project
from billing import contracts
from core import ids
from core.errors import Refused
from core.uploads import Upload
from sms.resale.models import Resale
from sms.services import RESALE
from sms.subscriptions.models import Kind, Subscription


@transaction.atomic
def apply(
    project: Project, *, body: str, files: Sequence[Upload], accepted: tuple[str, ...] = (), by: Actor, at: datetime
) -> Resale:
    """Ask to let end users send, with documents; nothing is allowed until both have screened it (71-1)."""
    if not Subscription.objects.filter(project=project, kind=Kind.A2P, state="ACTIVE").exists():
        raise Refused(_("Order A2P delivery first."), clause="71-1")
    if Resale.objects.filter(project=project, state__in=("SCREENING", "APPROVED")).exists():
        raise Refused(_("You have applied for this already."), clause="71-1")
    resale = Resale(project=project, created_at=at, state_changed_at=at)
    ids.reserve(resale)
    resale.contract = contracts.open(RESALE, resale, project=project, accepted=accepted, by=by, at=at)
    resale.save(force_insert=True)
    resale.case = cases.open(
        project.organisation, topic=Case.Topic.SCREENING, title=_("Screening for A2P SMS"), body=body, files=files,
        about=resale, by=by, at=at,
    )  # fmt: skip
    resale.save(update_fields=["case"])
    audit.record("sms.resale_applied", resale, by=by, at=at)
    return resale


@transaction.atomic
def approve(resale: Resale, *, by_supplier: bool, by: Actor, at: datetime) -> None:
    """Staff record our approval, or the supplier's; with both the separate contract is provided (71-1)."""
    column = "approved_by_supplier_at" if by_supplier else "approved_by_us_at"
    if not Resale.objects.filter(pk=resale.pk, state="SCREENING", **{column: None}).update(**{column: at}):
        raise Refused(_("This was recorded already, or the screening is over."))
    resale.refresh_from_db()
    audit.record(
        "sms.resale_approved_by_supplier" if by_supplier else "sms.resale_approved_by_us", resale, by=by, at=at
    )
    if resale.approved_by_us_at is None or resale.approved_by_supplier_at is None:
        return
    moved = resale.move("approve", at=at)
    contracts.provide(resale.contract, by=by, at=at)
    audit.record("sms.resale_approved", resale, moved, by=by, at=at)
    tell(resale, "sms.resale_approved", at=at)


@transaction.atomic
def refuse(resale: Resale, *, reason: str, by: Actor, at: datetime) -> None:
    """Refuse the application; its contract is never provided."""
    moved = resale.move("refuse", reason=reason[:200], at=at)
    contracts.refuse(resale.contract, reason, by=by, at=at)
    audit.record("sms.resale_refused", resale, moved, by=by, at=at, reason=reason)
    tell(resale, "sms.resale_refused", at=at)


@transaction.atomic
def cancel(resale: Resale, *, by: Actor, at: datetime) -> None:
    """Withdraw the application, or give notice of its contract: it ends as the 20th rule says (74-1).

    Raises Refused when notice was given before, or it is over.
    """
    if resale.state == Resale.State.SCREENING:
        moved = resale.move("withdraw", at=at)
        contracts.close(resale.contract, reason="withdrawn", by=by, at=at)
        audit.record("sms.resale_withdrawn", resale, moved, by=by, at=at)
        return
    if (last := resale.contract.refreshed().ends_on) is not None:
        words = {"day": date_format(last)}
        raise Refused(_("This was cancelled already; it ends on %(day)s.") % words, clause="74-1")
    ending = contracts.close(resale.contract, reason="cancelled", by=by, at=at)
    audit.record("sms.resale_cancelled", resale, by=by, at=at, day=ending.ends_on.isoformat())


@transaction.atomic
def end(resale: Resale, *, at: datetime) -> None:
    """Its contract has ended."""
    moved = resale.move("end", at=at)
    audit.record("sms.resale_ended", resale, moved, by=SYSTEM, at=at)


def tell(resale: Resale, kind: str, *, at: datetime) -> None:
    notices.send(kind, resale, to=resale.project, occasion=at.isoformat(), act_url=resale.get_absolute_url(), at=at)
