"""When contracts end, renew and fall due: every date of the rules."""

from datetime import UTC, date, datetime

import pytest

from billing.contracts import endings
from billing.contracts.endings import Closing, Due, Renewal
from core.calendar import DAY, Month


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.terms("6-1", "84-3")
def test_the_usual_contract_ends_the_day_its_notice_is_received():
    assert endings.ends_on(Closing.SAME_DAY, date(2026, 2, 21)) == date(2026, 2, 21)


SMS_ENDS = [
    ("2026-01-21", "2026-02-28"),
    ("2026-02-20", "2026-02-28"),
    ("2026-02-21", "2026-03-31"),
    ("2026-12-20", "2026-12-31"),
    ("2026-12-21", "2027-01-31"),
    ("2028-01-31", "2028-02-29"),
]


@pytest.mark.terms("74-1")
@pytest.mark.parametrize("received, last_day", SMS_ENDS)
def test_a_notice_by_the_20th_ends_this_month_a_later_one_the_next(received, last_day):
    assert endings.ends_on(Closing.TWENTIETH, day(received)) == day(last_day)


@pytest.mark.terms("49-2", "60-2")
@pytest.mark.parametrize(
    "received, term, last_day",
    [
        ("2026-02-03", None, "2026-02-28"),
        ("2026-04-02", "2026-04-09", "2026-04-09"),
        ("2026-03-31", "2026-04-09", "2026-03-31"),
        ("2026-04-10", "2027-04-09", "2026-04-30"),
    ],
)
def test_after_full_deletion_a_contract_ends_with_the_month_but_not_after_its_term(received, term, last_day):
    assert endings.ends_on(Closing.END_OF_MONTH, day(received), term_on=term and day(term)) == day(last_day)


@pytest.mark.terms("84-2", "84-3")
def test_after_an_opt_out_a_contract_ends_at_its_expiry_or_today_while_nothing_is_issued():
    assert endings.ends_on(Closing.AT_EXPIRY, date(2026, 2, 1), term_on=date(2026, 3, 31)) == date(2026, 3, 31)
    assert endings.ends_on(Closing.AT_EXPIRY, date(2026, 2, 1)) == date(2026, 2, 1)


OPT_OUTS = [  # not_after (UTC), last day to opt out
    (datetime(2026, 3, 31, 3, tzinfo=UTC), "2026-03-01"),
    (datetime(2028, 3, 30, 3, tzinfo=UTC), "2028-02-29"),
    (datetime(2026, 3, 1, 3, tzinfo=UTC), "2026-01-30"),
    (datetime(2026, 3, 31, 15, 30, tzinfo=UTC), "2026-03-02"),
]


@pytest.mark.terms("84-2")
@pytest.mark.parametrize("not_after, last_day", OPT_OUTS)
def test_a_renewal_can_be_declined_until_30_days_before_expiry_in_japan(not_after, last_day):
    assert endings.opt_out_until(not_after, issued_on=date(2025, 1, 1)) == day(last_day)


@pytest.mark.terms("84-2")
def test_a_short_lived_certificate_can_be_declined_on_the_day_it_is_issued():
    assert endings.opt_out_until(datetime(2026, 3, 7, tzinfo=UTC), issued_on=date(2026, 3, 1)) == date(2026, 3, 1)


@pytest.mark.terms("49-1", "60-1")
@pytest.mark.parametrize(
    "started, last_day, next_last_day",
    [
        ("2025-04-10", "2026-04-09", "2027-04-09"),
        ("2024-02-29", "2025-02-28", "2026-02-28"),
        ("2025-03-01", "2026-02-28", "2027-02-28"),
        ("2025-01-31", "2026-01-30", "2027-01-30"),
    ],
)
def test_terms_of_a_year_follow_each_other(started, last_day, next_last_day):
    first = endings.term_end(day(started), Renewal.YEARLY)

    assert first == day(last_day)
    assert endings.term_end(first + DAY, Renewal.YEARLY) == day(next_last_day)


def test_most_contracts_have_no_term():
    assert endings.term_end(date(2026, 1, 5), Renewal.NONE) is None


@pytest.mark.terms("4-1", "37-3")
@pytest.mark.parametrize("month, due", [("2026-01", "2026-02-10"), ("2026-12", "2027-01-10")])
def test_a_month_is_payable_by_the_10th_of_the_next(month, due):
    assert endings.due_on(Due.TENTH, Month.parse(month), started_on=date(2025, 1, 1)) == day(due)


@pytest.mark.terms("4-1")
@pytest.mark.parametrize(
    "month, due",
    [
        ("2026-03", "2026-04-10"),  # a Friday
        ("2026-09", "2026-10-13"),  # Saturday, Sunday, Sports Day
        ("2027-12", "2028-01-11"),  # the 10th is Coming of Age Day
        ("2029-01", "2029-02-13"),  # Saturday, National Foundation Day on a Sunday, its substitute
        ("2029-06", "2029-07-10"),
    ],
)
def test_the_due_day_can_be_set_to_shift_to_the_next_business_day(month, due):
    assert endings.due_on(Due.TENTH, Month.parse(month), started_on=day(due), shift="next_business_day") == day(due)


HYBRID_STARTS = [("2026-01-05", "2026-02-28"), ("2025-12-31", "2026-01-31"), ("2028-01-31", "2028-02-29")]


@pytest.mark.terms("13-1")
@pytest.mark.parametrize("started, due", HYBRID_STARTS)
def test_the_first_hybrid_fee_is_due_at_the_end_of_the_next_month(started, due):
    month = Month.of(day(started))

    assert endings.due_on(Due.HYBRID, month, started_on=day(started)) == day(due)


@pytest.mark.terms("13-1")
def test_later_hybrid_fees_are_due_on_the_10th_unless_set_otherwise():
    started, month = date(2026, 1, 5), Month(2026, 2)

    assert endings.due_on(Due.HYBRID, month, started_on=started) == date(2026, 3, 10)
    assert endings.due_on(Due.HYBRID, month, started_on=started, later="month_end") == date(2026, 3, 31)


SILENCES = [  # registered, last traffic, the fee arises first, is due
    ("2024-02-15", None, "2025-01", "2025-02-10"),
    ("2024-02-15", "2024-02-20", "2025-02", "2025-03-10"),
    ("2024-01-01", "2024-03-31", "2025-03", "2025-04-10"),
    ("2025-12-31", None, "2026-11", "2026-12-10"),
    ("2021-01-10", None, "2023-07", "2023-08-10"),
    ("2021-01-10", "2022-10-03", "2023-10", "2023-11-10"),
    ("2022-08-01", None, "2023-07", "2023-08-10"),
    ("2022-08-02", None, "2023-07", "2023-08-10"),
]


@pytest.mark.terms("37-1", "37-3", "s-2")
@pytest.mark.parametrize("registered, traffic, arises, due", SILENCES)
def test_the_line_maintenance_fee_arises_in_the_12th_silent_month(registered, traffic, arises, due):
    since = endings.idle_start(day(registered), traffic and day(traffic))
    month = Month.parse(arises)

    assert since is not None
    assert endings.first_line_maintenance(since) == month
    assert [n for n in range(-30, 30) if endings.line_maintenance_arises(month.plus(n), since)] == [0, 12, 24]
    assert endings.due_on(Due.TENTH, month, started_on=day(registered)) == day(due)


@pytest.mark.terms("37-1", "s-2")
def test_it_arises_again_after_every_further_12_silent_months():
    since = endings.idle_start(date(2024, 2, 15), None)
    legacy = endings.idle_start(date(2021, 1, 10), None)

    assert endings.line_maintenance_arises(Month(2026, 1), since)
    assert endings.line_maintenance_arises(Month(2024, 7), legacy)


@pytest.mark.terms("s-2")
def test_a_legacy_sim_that_communicated_can_be_set_never_to_be_charged_again():
    registered = date(2021, 1, 10)

    assert endings.idle_start(registered, date(2022, 10, 3), legacy_after_traffic="never") is None
    assert not endings.line_maintenance_arises(Month(2023, 10), None)
    assert endings.idle_start(registered, None, legacy_after_traffic="never") == Month(2022, 8)
    assert endings.idle_start(registered, date(2021, 5, 1), legacy_after_traffic="never") == Month(2022, 8)
