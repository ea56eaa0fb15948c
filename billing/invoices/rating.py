"""What a contract costs in a month, in plain Python: for estimates, "so far" and forecasts.

`rated.sql` is the same rule for all organisations at once; a property test proves both equal on random histories.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django.conf import settings

from billing.contracts.endings import Due, idle_start, line_maintenance_arises
from billing.contracts.models import Contract
from billing.invoices.models import Stream
from billing.meters.models import Count, Span
from billing.passports.models import Passport
from billing.prices.book import Book, Validity
from billing.prices.models import Price
from billing.prices.tariffs import Tariff, Use, charge, discount
from core.calendar import Month, end_of_day, jst_date
from core.money import tax_of

ONE, NONE = Decimal(1), Decimal(0)


@dataclass(frozen=True)
class Line:
    """A charge before it is invoiced; the same facts as an `InvoiceLine`. amount: yen without tax."""

    contract: Contract
    price: Price
    began: datetime
    ended: datetime
    quantity: Decimal
    before: Decimal
    amount: int
    tax_rate: Decimal
    allowance: Decimal | None = None
    kind: str = "USE"
    source_pk: int | None = None
    for_month: date | None = None

    @property
    def use(self) -> Use:
        return Use(self.quantity, self.before, self.allowance or NONE)


@dataclass(frozen=True)
class Traffic:
    """What is known of a contract's counts besides its own of the month.

    first: the earliest in the month, of its whole group (AM-7). last_month: the last one before the month in which it
    counted anything itself (37-1).
    """

    first: datetime | None = None
    last_month: Month | None = None


@dataclass(frozen=True)
class Piece:
    """Part of a span: within the month and under one price."""

    item: str
    plan: str
    validity: Validity
    began: datetime
    ended: datetime

    @property
    def seconds(self) -> Decimal:
        passed = self.ended - self.began
        return Decimal(passed.days * 86_400 + passed.seconds) + Decimal(passed.microseconds) / 1_000_000


def rate(
    contract: Contract,
    spans: Iterable[Span],
    counts: Iterable[Count],
    book: Book,
    *,
    until: datetime,
    traffic: Traffic | None = None,
) -> list[Line]:
    """The charges of one contract in the book's month, for what happened before `until`, without pools and passports.

    traffic: default: none but its own counts.

    until: now for "so far"; the month's end for a closed month, or for the forecast "if nothing changes". Sandbox
    contracts cost nothing. Raises LookupError when something in use has no price.
    """
    if not contract.charged:
        return []
    pieces = sorted(_pieces(contract, spans, book, until), key=lambda piece: (piece.item, piece.plan, piece.began))
    known = [count for count in counts if count.at < until]
    first = min((count.at for count in known), default=None)
    traffic = traffic or Traffic()
    used = first is not None or (traffic.first is not None and traffic.first < until)
    lines = [*_ladders(contract, pieces, book), *_months(contract, pieces, book, used=used)]
    if first is None:
        lines += _silent(contract, spans, pieces, book, traffic.last_month)
    for item, found in _by_item(known, pooled=False).items():
        lines += _units(contract, item, contract.zone, found, None, book)
    return sorted(lines, key=lambda line: (line.price.item.position, line.began, line.price.pk))


def _pieces(contract: Contract, spans: Iterable[Span], book: Book, until: datetime) -> Iterator[Piece]:
    """Spans cut at the borders of the month, of the prices, at `until` and at the contract's announced last day."""
    if contract.state == Contract.State.ENDING and contract.ends_on is not None:
        until = min(until, end_of_day(contract.ends_on))
    for span in spans:
        for validity in _validities(book, span.item_id, span.plan, contract.zone):
            began = max(span.period.lower, validity.start)
            ended = min(span.period.upper or until, validity.end, until)
            if began < ended:
                yield Piece(span.item_id, span.plan, validity, began, ended)


def _validities(book: Book, item: str, plan: str, zone: str) -> list[Validity]:
    found = book.validities(item, plan, zone)
    if not found:
        raise LookupError(f"no price for {item} {plan} in zone {zone!r}")
    return found


def _ladders(contract: Contract, pieces: list[Piece], book: Book) -> Iterator[Line]:
    """One line per plan and price: what ran under an earlier price of the month has climbed already."""
    timed = [piece for piece in pieces if piece.validity.price.item.tariff == Tariff.LADDER]
    for _plan, of_plan in groupby(timed, key=lambda piece: (piece.item, piece.plan)):
        before = NONE
        for validity, found in groupby(of_plan, key=lambda piece: piece.validity):
            group = list(found)
            use = Use(sum((piece.seconds for piece in group), NONE), before)
            yield _line(contract, validity.price, group[0].began, group[-1].ended, use, book)
            before += use.quantity


def _months(contract: Contract, pieces: list[Piece], book: Book, *, used: bool) -> Iterator[Line]:
    """One fee per item: the dearest plan used, at that plan's price on its first day of use (11-3, 23-1, 39-2).

    What is charged only if it was used costs nothing in a month without traffic (36-2, 55-2).
    """
    tariffs = (Tariff.MONTH, Tariff.PACK, *((Tariff.MONTH_IF_USED,) if used else ()))
    whole = [piece for piece in pieces if piece.validity.price.item.tariff in tariffs]
    for _item, found in groupby(whole, key=lambda piece: piece.item):
        group = list(found)
        firsts = [next(of_plan) for _plan, of_plan in groupby(group, key=lambda piece: piece.plan)]
        dearest = min(firsts, key=lambda piece: (-piece.validity.price.monthly, piece.plan))
        began, ended = min(piece.began for piece in group), max(piece.ended for piece in group)
        yield _line(contract, dearest.validity.price, began, ended, Use(ONE), book)


def _silent(
    contract: Contract, spans: Iterable[Span], pieces: list[Piece], book: Book, last_month: Month | None
) -> Iterator[Line]:
    """Every 12th silent month, for what is still there when the month ends (37-1, s-2, AM-6, AM-8)."""
    for piece in pieces:
        if piece.validity.price.item.tariff != Tariff.SILENT_YEAR or piece.ended != book.month.end:
            continue
        since = min(span.period.lower for span in spans if span.item_id == piece.item and _covers(span, piece))
        last = last_month.first_day if last_month and last_month >= Month.of(since) else None
        start = idle_start(jst_date(since), last, legacy_after_traffic=settings.LEGACY_SIM_AFTER_TRAFFIC)
        if line_maintenance_arises(book.month, start):
            yield _line(contract, piece.validity.price, piece.began, piece.ended, Use(ONE), book)


def _covers(span: Span, piece: Piece) -> bool:
    return span.period.lower <= piece.began and (span.period.upper is None or span.period.upper >= piece.ended)


def _by_item(counts: Iterable[Count], *, pooled: bool) -> dict[str, list[Count]]:
    """What is charged by the unit, by item: only the charged direction (24-1)."""
    found: dict[str, list[Count]] = defaultdict(list)
    for count in counts:
        item = count.item
        charged = item.tariff in (Tariff.UNIT, Tariff.ONCE) and item.direction in ("", count.direction)
        if charged and item.pooled == pooled:
            found[count.item_id].append(count)
    return found


def _units(
    contract: Contract, item: str, zone: str, counts: list[Count], allowance: Decimal | None, book: Book
) -> Iterator[Line]:
    """One line per price: the free units first, in the order of the prices, then those of packs."""
    before = NONE
    for validity in _validities(book, item, "", zone):
        group = [count for count in counts if validity.start <= count.at < validity.end]
        if group:
            use = Use(sum((count.quantity for count in group), NONE), before, allowance or NONE)
            times = [count.at for count in group]
            line = _line(contract, validity.price, min(times), max(times), use, book)
            yield replace(line, allowance=allowance)
            before += use.quantity


@dataclass(frozen=True)
class Charged:
    """A contract with its counts of the month and the lines of its own."""

    contract: Contract
    counts: list[Count]
    lines: list[Line]


def pools(charged: Iterable[Charged], book: Book, *, until: datetime) -> Iterator[Line]:
    """What the contracts of each project use together (38-1): first the free units, then the packs' (38-2).

    Each line stands on the first contract that used anything.
    """
    projects: dict[int, list[Charged]] = defaultdict(list)
    for one in charged:
        if one.contract.charged:
            projects[one.contract.project_id].append(one)
    for members in projects.values():
        packs = [line.price for one in members for line in one.lines if line.price.item.tariff == Tariff.PACK]
        counts = [count for one in members for count in one.counts if count.at < until]
        for item, found in _by_item(counts, pooled=True).items():
            leader = min({count.contract_id for count in found})
            contract = next(one.contract for one in members if one.contract.pk == leader)
            own = [price.included for price in packs if price.item.extends == item]
            yield from _units(contract, item, "", found, sum(own, NONE) if own else None, book)


def discounts(lines: Iterable[Line], passports: Iterable[Passport]) -> Iterator[Line]:
    """The n passports in force, the best first, each on one of the n highest-billed servers of its plan (10-1, AM-18).

    lines: of one organisation. A discount is a negative line, never more than the server's fee.
    """
    servers: dict[str, dict[int, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        if line.price.item_id == "server":
            servers[line.price.plan][line.contract.pk].append(line)
    ranked = sorted(passports, key=lambda one: (one.plan, -one.rate, one.pk))
    for plan, own in groupby(ranked, key=lambda one: one.plan):
        fees = [(sum(line.amount for line in found), pk) for pk, found in servers[plan].items()]
        for passport, (fee, pk) in zip(own, sorted(fees, key=lambda one: (-one[0], one[1])), strict=False):
            off = discount(fee, passport.rate)
            if off:
                found = servers[plan][pk]
                yield replace(
                    max(found, key=lambda line: line.began), began=min(line.began for line in found),
                    ended=max(line.ended for line in found), quantity=Decimal(fee), before=NONE, amount=-off,
                    kind="PASSPORT", source_pk=passport.pk,
                )  # fmt: skip


def _line(contract: Contract, price: Price, began: datetime, ended: datetime, use: Use, book: Book) -> Line:
    amount = charge(price.item.tariff, price, use)
    return Line(contract, price, began, ended, use.quantity, use.before, amount, book.tax_rate(price))


@dataclass(frozen=True)
class Sums:
    """Yen: lines, tax floored once per rate, and both."""

    subtotal: int
    tax: int

    @property
    def total(self) -> int:
        return self.subtotal + self.tax


def sums(lines: Iterable[Line]) -> Sums:
    """The sums of one invoice."""
    bases: dict[Decimal, int] = defaultdict(int)
    for line in lines:
        bases[line.tax_rate] += line.amount
    return Sums(sum(bases.values()), sum(tax_of(base, rate) for rate, base in bases.items()))


def stream_of(contract: Contract, month: Month) -> Stream:
    """In which stream a contract's charges of the month are invoiced (13-1, 13-2)."""
    if contract.due != Due.HYBRID:
        return Stream.CLOUD
    return Stream.HYBRID_FIRST if Month.of(contract.started_on) == month else Stream.HYBRID
