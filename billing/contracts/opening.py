"""The one door: what is asked before anything may be ordered or enlarged."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit, consents
from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from billing.contracts import quotas
from billing.contracts.endings import term_end
from billing.contracts.models import Contract, Link, OnEnd, Standing
from billing.contracts.service import Service
from core.calendar import DAY, jst_date
from core.errors import Hint, Refused
from core.ids import kind_of

if TYPE_CHECKING:
    from accounts.access import Actor

NAME_LENGTH = 200
Need = tuple[Contract, OnEnd]


@transaction.atomic
def open(
    service: Service,
    subject: Model,
    *,
    project: Project,
    needs: Sequence[Need] = (),
    accepted: Collection[str] = (),
    business_use: bool = False,
    charged: bool = True,
    zone: str = "",
    items: Sequence[tuple[str, str]] = (),
    group: str = "",
    by: "Actor",
    at: datetime,
) -> Contract:
    """Conclude a contract on `subject`, provisionally from this moment (3-1, 3-2).

    A screened service is only applied for, until staff provide it. needs: contracts it hangs on, each with what happens
    when that one ends. accepted: codes of the consents ticked on the order. charged=False: the sandbox. items: what it
    will be charged by, as (item, plan), for the budget; default: the service's item.
    group: what it has in common with others of the project, "sim:8981...": traffic of one is traffic of all (AM-7).
    Raises Refused when the customer may not order this now; nothing is changed.
    """
    check(service, project, accepted=accepted, business_use=business_use, by=by, at=at)
    quotas.check(service, project)
    if charged:
        _check_budget(service, project.organisation, items, zone=zone, by=by, at=at)
    contract = _conclude(
        service, subject, project, business_use=business_use, charged=charged, zone=zone, group=group, at=at
    )
    for needed, on_end in needs:
        link(contract, needed, on_end)
    audit.record("contract.opened", contract, by=by, at=at, service=service.code)
    return contract


def check(
    service: Service,
    project: Project,
    *,
    accepted: Collection[str] = (),
    business_use: bool = False,
    by: "Actor",
    at: datetime,
) -> None:
    """Raise Refused unless the customer may order this service now; record the consents that were ticked."""
    if project.closed_at is not None:
        raise Refused(_("This project is closed. Choose another one."), code="project_closed")
    organisation = project.organisation
    check_standing(organisation)
    _check_use(service, organisation, business_use)
    _check_consents(service, organisation, accepted, by=by, at=at)


def check_standing(organisation: Organisation) -> None:
    """Raise Refused unless the organisation may add or change services: accepted (AM-27), no payment hold (4-3)."""
    if organisation.state == Organisation.State.APPLIED:
        text = _("Register a card first. Your organisation is accepted at once, and then everything can be ordered.")
        raise Refused(text, clause="3-1", code="not_accepted", hints=[card_page()])
    if organisation.state != Organisation.State.ACTIVE:
        raise Refused(_("This organisation can't order anything now."), clause="3-1", code="not_accepted", status=403)
    blocked = Standing.objects.filter(organisation=organisation, additions_blocked=True).first()
    if blocked is not None:
        raise Refused(blocked.sentence, clause="4-3", code="payment_hold", hints=[card_page()])


def card_page() -> Hint:
    """Where a card is registered or changed."""
    return Hint(_("Register a card"), reverse("cards"))


def _check_use(service: Service, organisation: Organisation, business_use: bool) -> None:
    if organisation.is_individual and not service.individuals:
        text = _("“%(service)s” is for corporations and organisations only.")
        raise Refused(
            text % {"service": service.title}, clause=service.business_use or service.clause, code="business_only"
        )
    if service.business_use and not business_use:
        text = _("Please declare that you use this for business.")
        raise Refused(text, clause=service.business_use, code="business_use_needed", field="business_use")


def _check_consents(
    service: Service, organisation: Organisation, accepted: Collection[str], *, by: "Actor", at: datetime
) -> None:
    if not service.consents:
        return
    lacking = consents.missing(organisation, service.consents, at)
    unticked = [document for document in lacking if document.code not in accepted]
    if unticked:
        text = _("Please read and accept what applies to “%(service)s”.")
        raise Refused(text % {"service": service.title}, clause=service.clause, code="consent_needed", field="accepted")
    if lacking:
        codes = [document.code for document in lacking]
        consents.accept(organisation, codes, context={"service": service.code}, by=by, at=at)


def _check_budget(
    service: Service,
    organisation: Organisation,
    items: Sequence[tuple[str, str]],
    *,
    zone: str,
    by: "Actor",
    at: datetime,
) -> None:
    from billing.alerts import budgets  # which rates contracts, so it can't be imported before them

    if wanted := items or ([(service.item, "")] if service.item else []):
        budgets.check(organisation, wanted, zone=zone, by=by, at=at)


def _conclude(
    service: Service,
    subject: Model,
    project: Project,
    *,
    business_use: bool,
    charged: bool,
    zone: str,
    group: str,
    at: datetime,
) -> Contract:
    today = jst_date(at)
    return Contract.objects.create(
        organisation_id=project.organisation_id,
        project=project,
        service=service.code,
        name=str(subject)[:NAME_LENGTH],
        subject_kind=kind_of(subject),
        subject_pk=subject.pk,
        zone=zone,
        group=group,
        state=Contract.State.APPLIED if service.screened else Contract.State.PROVISIONAL,
        state_changed_at=at,
        concluded_at=at,
        started_on=today,
        confirms_on=today + DAY,
        term_on=term_end(today, service.renewal),
        business_use=business_use,
        charged=charged,
        due=service.due,
        terms=service.terms(),
    )


def link(contract: Contract, needed: Contract, on_end: OnEnd) -> Link:
    """Hang a contract on another one (again: change what happens when that one ends). Raises Refused unless it runs."""
    with transaction.atomic():
        now = Contract.objects.select_for_update(no_key=True).get(pk=needed.pk)
        if not now.is_running:
            text = _("“%(contract)s” has ended, so nothing can be attached to it.")
            raise Refused(text % {"contract": now}, code="not_running")
        made, _created = Link.objects.update_or_create(contract=contract, needs=needed, defaults={"on_end": on_end})
    return made


def unlink(contract: Contract, needed: Contract) -> None:
    """The contract no longer hangs on the other one."""
    Link.objects.filter(contract=contract, needs=needed).delete()


@transaction.atomic
def change(contract: Contract, *, lowers: bool = False, by: "Actor", at: datetime) -> None:
    """The customer changes the service's type (a plan): provisional again until the end of the next JST day (3-2).

    lowers: the change makes it cheaper, which a payment hold does not forbid (AM-2). Raises Refused.
    """
    if not lowers or settings.HOLD_BLOCKS_DOWNGRADE:
        check_standing(contract.project.organisation)
    moved = contract.move("change", at=at, confirms_on=jst_date(at) + DAY)
    audit.record("contract.changed", contract, moved, by=by, at=at)


def rename(contract: Contract, name: str) -> None:
    """Invoices call the contract by the name its subject has now."""
    Contract.objects.filter(pk=contract.pk).update(name=name[:NAME_LENGTH])
    contract.name = name[:NAME_LENGTH]
