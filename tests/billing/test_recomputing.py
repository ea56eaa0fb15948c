"""A customer can recompute every line of an invoice from nothing but what its page says, or from its CSV alone.

Nothing of the panel's own rating is used here: the rules are written once more, as a customer would read them.
"""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from math import ceil, floor
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given

from accounts.access import SYSTEM
from billing import adjustments, meters
from billing.adjustments.models import Adjustment
from billing.invoices import queries
from billing.invoices.closing import close
from billing.invoices.models import Invoice
from billing.prices import actions as prices
from billing.prices.actions import Amounts
from billing.prices.models import Item, Price
from tests.billing.properties import examples
from tests.billing.test_rating import (
    EARLY,
    MONTH,
    agreed,
    histories,
    hold,
    passports,
    record,
    revise,
    revisions,
    undone,
)  # fmt: skip
from tests.billing.test_tariffs_month import registered, traffic
from tests.billing.world import SERVER, jst, opened

__all__ = ["agreed"]

ENGLISH = {"headers": {"Accept-Language": "en"}}
NUMBER = r"-?[\d,]+(?:\.\d+)?"


# -- what the page says ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A line as one reads it: what stands closed, and the paragraphs that opening it shows."""

    title: str
    quantity: str
    amount: int
    texts: list[str]

    @property
    def all(self) -> str:
        return "\n".join(self.texts)

    def find(self, pattern: str) -> list[Decimal]:
        """The numbers in the first text that matches; none when nothing does."""
        words = pattern.replace("#", f"({NUMBER})")
        found = re.search(words, self.all)
        return [Decimal(group.replace(",", "")) for group in found.groups()] if found else []

    def seconds(self, pattern: str) -> int:
        """A time in words ("1 d 5 h 30 min") in front of a pattern, in seconds; 0 when nothing matches."""
        units = {"d": 86400, "h": 3600, "min": 60, "s": 1}
        found = re.search(rf"((?:\d+ (?:d|h|min|s) ?)+){pattern}", self.all)
        return sum(int(n) * units[unit] for n, unit in re.findall(r"(\d+) (d|h|min|s)\b", found[1])) if found else 0


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def shown(html: str) -> list[Shown]:
    """The lines of a page."""
    lines = []
    for block in re.findall(r'<details class="line">(.*?)</details>', html, re.S):
        summary, body = re.search(r"<summary>(.*?)</summary>(.*)", block, re.S).groups()
        title, small, num = re.search(
            r"<span>(.*?)<small>(.*?)</small></span><span class=\"num\">(.*?)</span>", summary, re.S
        ).groups()
        quantity = text_of(small).rpartition("·")[2].strip()
        amount = int(text_of(num).replace("¥", "").replace(",", ""))
        texts = [text_of(part) for part in re.findall(r"<p[^>]*>(.*?)</p>", body, re.S)]
        lines.append(Shown(text_of(title), quantity, amount, texts))
    return lines


# -- the arithmetic of a customer -----------------------------------------------------------------------------------


def ladder(*prices: Any) -> int:
    """Started hours, a day at most its price, a month at most its price; rounded down."""
    hourly, daily, monthly, seconds = prices
    days, rest = divmod(ceil(seconds / Decimal(3600)), 24)
    charged: int = floor(min(monthly, days * daily + min(rest * hourly, daily)))
    return charged


def recomputed(line: Shown) -> int:
    """What a line comes to by what it says of itself."""
    if off := line.find("¥# for the server in this month × # %"):
        fee, percent = off
        return -floor(fee * percent / 100)
    (charged,) = line.find("minus what was charged for it before, ¥#") or [Decimal(0)]
    return use(line) - int(charged)


def use(line: Shown) -> int:
    if amounts := line.find("¥# an hour, ¥# a day, ¥# a month"):
        until = line.seconds(r"in this month, counted as")
        before = line.seconds(r"of this month are charged on the line of the earlier price")
        return ladder(*amounts, Decimal(until)) - ladder(*amounts, Decimal(before))
    if per_month := line.find("¥# a month, never by the day"):
        return floor(per_month[0])
    unit = line.find("¥# per ")[0]
    units, charged = units_of(line)
    packs = line.find(r"and # \S+ of data packs") or [Decimal(0)]
    free = (line.find(r"the first # \S+ of a month free") or [Decimal(0)])[0] + packs[0]
    earlier = (line.find(r"# \S+ of this month are on the line of the earlier price") or [Decimal(0)])[0]
    left: Any = free - earlier
    assert charged == max(units - max(left, 0), 0)
    return floor(unit * charged)


def units_of(line: Shown) -> list[Decimal]:
    """Units used and units charged, as the arithmetic has them."""
    said = line.find(r"# \S+ − # free = # ")
    if said:
        return [said[0], said[2]]
    (charged,) = line.find(r"# \S+ × ¥")
    return [charged, charged]


def from_csv(row: dict[str, str]) -> int:
    """What a row of the CSV comes to."""
    n = {key: Decimal(row[key] or 0) for key in NUMBERS}
    charged = int(n["charged_before"])
    match row["kind"], row["tariff"]:
        case "PASSPORT", _:
            return -floor(n["quantity"] * n["discount_rate"])
        case "CORRECTION", _:
            return int(row["amount_without_tax"])
        case _, "LADDER":
            rates = n["hourly"], n["daily"], n["monthly"]
            return ladder(*rates, n["before"] + n["quantity"]) - ladder(*rates, n["before"]) - charged
        case _, "UNIT" | "ONCE":
            free: Any = max(n["included"] + n["packs"] - n["before"], 0)
            over: Any = max(n["quantity"] - free, 0)
            units: int = floor(n["unit"] * over)
            return units - charged
        case _:
            return floor(n["monthly"] * n["quantity"]) - charged


NUMBERS = (
    "quantity", "before", "hourly", "daily", "monthly", "unit", "included", "packs", "discount_rate", "charged_before",
)  # fmt: skip


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


# -- proofs ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def everything(project, garden) -> Invoice:
    """An invoice of April with every kind of line: also a price change, a passport and two adjustments for March."""
    close(MONTH.previous, at=MONTH.start)
    server = opened(project, SERVER, at=EARLY)
    meters.start(server, "server", "2core-4gb", at=jst(3, 9))
    meters.stop(server, at=jst(4, 14, 30))
    for item, plan in (("ssd", "40gb"), ("switch", ""), ("address", "28"), ("sim.pack", "3gb"), ("mono.adapter", "")):
        meters.start(opened(project, SERVER, at=EARLY), item, plan, at=jst(5))
    silent = registered(project, "2025-05-10T10:00", item="sim.maintenance", group="sim:silent")
    sim = registered(project, "2026-04-02T10:00")
    for n in range(4):
        traffic(sim, f"2026-04-{3 + n * 6:02d}T10:00", Decimal("1100.5"))
    for n in range(3):
        meters.add(server, "sms.a2p", 7, source="sms", event_id=str(n), at=jst(2))
        meters.add(
            server, "aws.data", Decimal("12.25"), source="aws", event_id=str(n), direction="out", at=jst(8 * n + 1)
        )
    changed = [("switch", "", Amounts(Decimal("10.5"), Decimal(120), Decimal(2300))),
               ("sim.data", "", Amounts(unit=Decimal("7.15"), included=Decimal(400))),
               ("aws.data", "", Amounts(unit=Decimal("5.5")))]  # fmt: skip
    for item, plan, amounts in changed:
        prices.revise(Item.objects.get(pk=item), plan, amounts, since=date(2026, 4, 11), by=SYSTEM, at=EARLY)
    hold(garden, [("2core-4gb", "0.35", "ACTIVE", 0)])
    price = Price.objects.get(item="sms.a2p")
    adjustments.add(
        server, price, 500, for_month=MONTH.previous, reason="Agreed by phone", by=SYSTEM, at=MONTH.start,
    )  # fmt: skip
    Adjustment.objects.create(
        organisation=garden, contract=server, price=price, kind="LATE", for_month=MONTH.previous.first_day,
        period=(MONTH.previous.start, MONTH.start), quantity=3, charged_quantity=2, charged_amount=26, amount=39,
        reason="Use that became known late", created_at=MONTH.start,
    )  # fmt: skip
    assert silent.charged
    close(MONTH, at=MONTH.end)
    return Invoice.objects.get(month=MONTH.first_day)


@pytest.mark.terms("4-1")
def test_every_line_of_an_invoice_is_recomputed_from_its_page(everything, alice_client):
    page = alice_client.get(f"/invoices/{everything.number}", **ENGLISH).content.decode()

    lines = shown(page)

    staffs_own = [line for line in lines if "Agreed by phone" in line.all]
    assert [(line.title, line.amount) for line in staffs_own] == [("Adjustment: A2P SMS", 500)]
    others = [line for line in lines if line not in staffs_own]
    assert [recomputed(line) for line in others] == [line.amount for line in others]
    assert len(lines) == everything.lines.count() == 17
    subtotal = sum(line.amount for line in lines)
    percent, base, tax = re.search(rf"Consumption tax ({NUMBER}) % of ¥([\d,]+)\s*</dt><dd>¥([\d,]+)", page).groups()
    numbers = [int(text.replace(",", "")) for text in (base, tax)]
    assert numbers == [subtotal, floor(subtotal * Decimal(percent) / 100)]
    assert f"¥{sum(numbers):,}" in page


def test_every_line_of_an_invoice_is_recomputed_from_its_csv(everything, alice_client):
    answer = alice_client.get(f"/invoices/{everything.number}/csv")
    rows = rows_of(b"".join(answer.streaming_content).decode())

    assert [from_csv(row) for row in rows] == [int(row["amount_without_tax"]) for row in rows]
    assert {row["kind"] for row in rows} == {"USE", "PASSPORT", "LATE", "CORRECTION"}
    assert {row["tariff"] for row in rows} == {"LADDER", "MONTH", "MONTH_IF_USED", "UNIT", "PACK", "SILENT_YEAR"}
    assert {row["for_month"] for row in rows} == {"", "2026-03"}
    assert sum(int(row["amount_without_tax"]) for row in rows) == everything.subtotal


@examples(25)
@given(history=histories(), changes=revisions, held=passports)
def test_any_invoice_is_recomputed_from_what_it_says(agreed, garden, history, changes, held):
    with undone(), translation.override("en"):
        record(agreed, *history)
        revise(changes)
        hold(garden, held)
        close(MONTH, at=MONTH.end + timedelta(hours=6))

        for invoice in Invoice.objects.all():
            lines = queries.explained(invoice, queries.lines_of(invoice))
            page = shown(render_to_string("billing/invoices/lines.html", {"lines": lines}))
            assert [recomputed(line) for line in page] == [line.amount for line in lines]
            rows = [dict(zip(queries.CSV_HEAD, row, strict=True)) for row in queries.csv_rows(invoice)]
            assert [from_csv(row) for row in rows] == [line.amount for line in lines]
