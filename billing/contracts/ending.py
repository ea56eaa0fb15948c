"""How contracts end, go on, are confirmed or refused."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, notices
from billing.contracts import endings
from billing.contracts.endings import Closing
from billing.contracts.graph import Family, dependants
from billing.contracts.models import Contract
from billing.meters import actions as meters
from core.calendar import DAY, end_of_day, jst_date, period_end
from core.errors import Refused

if TYPE_CHECKING:
    from accounts.access import Actor


@dataclass(frozen=True)
class Ending:
    """What closing did. ends_on: the last day. ended: what ended now, dependants first; nothing if it ends later."""

    ends_on: date
    ended: list[Contract] = field(default_factory=list)
    surviving: list[Contract] = field(default_factory=list)


@transaction.atomic
def close(contract: Contract, *, reason: str = "", immediately: bool = False, by: "Actor", at: datetime) -> Ending:
    """Receive the notice of cancellation: the contract ends as its frozen terms say (6-1, 49-2, 60-2, 74-1, 84-2).

    What hangs on it ends with it in this transaction, forbids it with the list of dependants, or survives (11-2, 14-1,
    66-1, 74-2, 84-4). immediately: today whatever the rule (84-3; 7-5 by staff). Raises Refused and changes nothing.
    """
    family = _lock(contract)
    today = jst_date(at)
    if immediately or contract.terms["closing"] == Closing.SAME_DAY or not contract.is_running:
        return _end(family, ended_on=today, reason=reason, by=by, at=at)
    day = endings.ends_on(contract.terms["closing"], today, term_on=contract.term_on)
    moved = contract.move("announce", at=at, ends_on=day, reason=reason[:200])
    audit.record("contract.announced", contract, moved, by=by, at=at, ends_on=day.isoformat())
    return Ending(day, surviving=family.surviving)


@transaction.atomic
def end(contract: Contract, *, by: "Actor", at: datetime) -> Ending:
    """End a contract whose last day has passed, as of that day's last instant. Raises Refused before that."""
    family = _lock(contract)
    if contract.ends_on is None or jst_date(at) <= contract.ends_on:
        raise Refused(_("This contract has not reached its last day."))
    last_instant = end_of_day(contract.ends_on)
    return _end(family, ended_on=contract.ends_on, reason=contract.reason, by=by, at=last_instant)


@transaction.atomic
def withdraw(contract: Contract, *, by: "Actor", at: datetime) -> None:
    """Take a notice back before its day: the contract goes on with its original term (AM-10). Raises Refused."""
    moved = contract.move("withdraw", at=at, ends_on=None, reason="")
    audit.record("contract.withdrawn", contract, moved, by=by, at=at)


@transaction.atomic
def renew(contract: Contract, *, by: "Actor", at: datetime) -> None:
    """Extend a term that is over by a year, as often as it takes (49-1, 60-1; AM-16: terms are chained)."""
    term_on = contract.term_on
    while term_on is not None and term_on < jst_date(at):
        term_on = period_end(term_on + DAY, 12)
    same = Contract.objects.to_renew(at).filter(pk=contract.pk, term_on=contract.term_on)
    if term_on is None or not same.update(term_on=term_on):
        raise Refused(_("This contract's term isn't over."))
    contract.term_on = term_on
    audit.record("contract.renewed", contract, by=by, at=at, term_on=term_on.isoformat())


@transaction.atomic
def set_term(contract: Contract, term_on: date) -> None:
    """The last day of the running term, for what ends when it expires (84-1)."""
    Contract.objects.filter(pk=contract.pk).update(term_on=term_on)
    contract.term_on = term_on


@transaction.atomic
def provide(contract: Contract, *, by: "Actor", at: datetime) -> None:
    """Staff accept a screened application: concluded and provided from now (3-1). Raises Refused unless applied for."""
    today = jst_date(at)
    term_on = endings.term_end(today, contract.terms["renewal"])
    moved = contract.move("provide", at=at, concluded_at=at, started_on=today, confirms_on=today + DAY, term_on=term_on)
    audit.record("contract.provided", contract, moved, by=by, at=at)


@transaction.atomic
def confirm(contract: Contract, *, by: "Actor", at: datetime) -> None:
    """A provisional contract becomes definite (3-2, AM-26). Raises Refused unless it is provisional."""
    moved = contract.move("confirm", at=at)
    audit.record("contract.confirmed", contract, moved, by=by, at=at)


@transaction.atomic
def refuse(contract: Contract, reason: str, *, by: "Actor", at: datetime) -> Ending:
    """Staff refuse a provisional addition or change: stopped now, data kept (3-2, AM-29), usage charged (AM-19).

    reason: the customer is told it. Raises Refused unless applied for or provisional, or when something still needs it.
    """
    family = _lock(contract)
    values = {"charged": False} if settings.WAIVE_REFUSED_USAGE else {}
    ended = [_stop(one, "end", reason, jst_date(at), by=by, at=at) for one in reversed(family.ending)]
    ended.append(_stop(contract, "refuse", reason, jst_date(at), by=by, at=at, **values))
    occasion = at.isoformat()
    notices.send("contract_refused", contract, to=contract.organisation, occasion=occasion, at=at, reason=reason)
    return Ending(jst_date(at), ended, family.surviving)


def _lock(contract: Contract) -> Family:
    """Lock the contract and what hangs on it. Raises Refused when something still needs it."""
    now = Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
    contract.state, contract.term_on, contract.ends_on = now.state, now.term_on, now.ends_on
    family = dependants(contract, lock=True)
    refusal = family.refusal()
    if refusal is not None:
        raise refusal
    return family


def _end(family: Family, *, ended_on: date, reason: str, by: "Actor", at: datetime) -> Ending:
    ended = [_stop(one, "end", reason, ended_on, by=by, at=at) for one in reversed(family.ending)]
    ended.append(_stop(family.contract, "end", reason, ended_on, by=by, at=at))
    return Ending(ended_on, ended, family.surviving)


def _stop(
    contract: Contract, name: str, reason: str, ended_on: date, *, by: "Actor", at: datetime, **values: bool
) -> Contract:
    day = max(ended_on, contract.started_on)
    moved = contract.move(name, at=at, ended_on=day, closed_at=at, reason=reason[:200], **values)
    meters.stop(contract, at=at)
    verb = "contract.refused" if name == "refuse" else "contract.ended"
    audit.record(verb, contract, moved, by=by, at=at, reason=reason)
    return contract
