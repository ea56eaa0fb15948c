"""What a contract costs in a month, in plain Python: for estimates, "so far" and forecasts.

`rated.sql` is the same rule for all organisations at once; a property test proves both equal on random histories.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from billing.contracts.endings import Due
from billing.contracts.models import Contract
from billing.invoices.models import Stream
from billing.meters.models import Count, Span
from billing.prices.book import Book, Validity
from billing.prices.models import Price
from billing.prices.tariffs import Tariff, Use, charge
from core.calendar import Month, end_of_day
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
    contract: Contract, spans: Iterable[Span], counts: Iterable[Count], book: Book, *, until: datetime
) -> list[Line]:
    """The charges of one contract in the book's month, for what happened before `until`.

    until: now for "so far"; the month's end for a closed month, or for the forecast "if nothing changes". Sandbox
    contracts cost nothing. Raises LookupError when something in use has no price.
    """
    if not contract.charged:
        return []
    pieces = sorted(_pieces(contract, spans, book, until), key=lambda piece: (piece.item, piece.plan, piece.began))
    lines = [*_ladders(contract, pieces, book), *_months(contract, pieces, book)]
    lines += _units(contract, [count for count in counts if count.at < until], book)
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


def _months(contract: Contract, pieces: list[Piece], book: Book) -> Iterator[Line]:
    """One fee per item: the dearest plan used, at that plan's price on its first day of use (11-3, 23-1, 39-2)."""
    whole = [piece for piece in pieces if piece.validity.price.item.tariff == Tariff.MONTH]
    for _item, found in groupby(whole, key=lambda piece: piece.item):
        group = list(found)
        firsts = [next(of_plan) for _plan, of_plan in groupby(group, key=lambda piece: piece.plan)]
        dearest = min(firsts, key=lambda piece: (-piece.validity.price.monthly, piece.plan))
        began, ended = min(piece.began for piece in group), max(piece.ended for piece in group)
        yield _line(contract, dearest.validity.price, began, ended, Use(ONE), book)


def _units(contract: Contract, counts: list[Count], book: Book) -> Iterator[Line]:
    """One line per price: the included units are used up in the order of the prices."""
    by_item: dict[str, list[Count]] = defaultdict(list)
    for count in counts:
        by_item[count.item_id].append(count)
    for item, found in by_item.items():
        before = NONE
        for validity in _validities(book, item, "", contract.zone):
            group = [count for count in found if validity.start <= count.at < validity.end]
            if group:
                use = Use(sum((count.quantity for count in group), NONE), before)
                times = [count.at for count in group]
                yield _line(contract, validity.price, min(times), max(times), use, book)
                before += use.quantity


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
