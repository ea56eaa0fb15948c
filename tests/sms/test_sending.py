"""The way of a message: accepted, handed over, counted, settled."""

from datetime import UTC, datetime, timedelta

import pytest

from billing.meters.models import Count
from core.errors import Refused
from core.operations.draining import drain
from sms.audience import actions as audience
from sms.drivers import Fate, Outcome, Receipt
from sms.messages import actions as messages
from sms.messages import sending
from sms.messages.models import EarlyReceipt, Message
from sms.subscriptions.models import Unit
from tests.make import MORNING, NOON
from tests.sms.conftest import FAILS, OTHER, PHONE, REFUSED, SILENT, counted, sent

SECOND = timedelta(seconds=1)


@pytest.mark.terms("70-1")
@pytest.mark.parametrize(
    "to, state, units",
    [(PHONE, "DELIVERED", 1), (FAILS, "FAILED", 1), (SILENT, "DELIVERED", 1), (REFUSED, "REFUSED", 0)],
)
def test_what_was_handed_over_is_charged_once_whatever_the_result(a2p, to, state, units):
    message = sent(a2p, to)

    drain(at=MORNING)

    assert message.refreshed().state == state
    assert counted(a2p) == [("2026-04", 1)] * units


@pytest.mark.terms("70-1")
def test_a_message_counts_in_the_month_of_its_hand_over(a2p):
    before = datetime(2026, 4, 30, 14, 59, 59, tzinfo=UTC)
    first = sent(a2p, at=before)
    sending.settle([Outcome(one, Fate.TAKEN, "1") for one in sending.claim(limit=9, at=before)], at=before + SECOND)
    sent(a2p, OTHER, at=before)
    drain(at=before + SECOND)

    assert first.refreshed().state == "SENT"
    assert counted(a2p) == [("2026-04", 1), ("2026-05", 1)]


def test_a_claim_is_never_claimed_again(a2p):
    sent(a2p)

    assert len(sending.claim(limit=9, at=MORNING)) == 1
    assert sending.claim(limit=9, at=NOON) == []


def test_what_a_dead_sender_had_claimed_is_unknown_counted_once_and_settled_by_its_receipt(a2p):
    message = sent(a2p)
    sending.claim(limit=9, at=MORNING)
    Message.objects.update(lease_until=datetime(2020, 1, 1, tzinfo=UTC))

    assert (sending.recover(at=NOON), sending.recover(at=NOON)) == (1, 0)
    assert message.refreshed().state == "UNKNOWN"
    sending.report([Receipt("x1", "DELIVRD", "", PHONE)], at=NOON)

    assert (message.refreshed().state, message.supplier_id) == ("DELIVERED", "x1")
    assert counted(a2p) == [("2026-04", 1)]


def test_what_surely_was_not_sent_is_sent_again(a2p):
    message = sent(a2p)
    claimed = sending.claim(limit=9, at=MORNING)

    sending.settle([Outcome(claimed[0], Fate.UNSENT)], at=MORNING)
    assert (message.refreshed().state, counted(a2p)) == ("WAITING", [])
    drain(at=NOON)

    assert (message.refreshed().state, message.attempts, counted(a2p)) == ("DELIVERED", 2, [("2026-04", 1)])


def test_a_receipt_that_comes_before_the_answer_is_kept_and_repeats_change_nothing(a2p):
    message = sent(a2p)
    claimed = sending.claim(limit=9, at=MORNING)
    receipt = Receipt("x1", "DELIVRD", "", PHONE)

    sending.report([receipt], at=MORNING)
    sending.settle([Outcome(claimed[0], Fate.TAKEN, "x1")], at=MORNING + SECOND)
    first = message.refreshed().done_at
    sending.report([receipt, Receipt("x1", "UNDELIV")], at=NOON)

    assert (message.refreshed().state, message.done_at) == ("DELIVERED", first)
    assert EarlyReceipt.objects.count() == 0


def test_an_answer_of_an_old_claim_changes_nothing(a2p):
    message = sent(a2p)
    old = sending.claim(limit=9, at=MORNING)[0]
    sending.settle([Outcome(old, Fate.UNSENT)], at=MORNING)
    sending.claim(limit=9, at=NOON)

    sending.settle([Outcome(old, Fate.REFUSED, error="late")], at=NOON)

    assert message.refreshed().state == "SENDING"


def test_the_same_reference_is_one_message(a2p):
    first, second = sent(a2p, reference="r1"), sent(a2p, OTHER, reference="r1")

    assert first == second
    assert Message.objects.count() == 1


@pytest.mark.parametrize("body, words", [("", "本文"), (" \n", "本文"), ("あ" * 700, "長すぎ")])
def test_an_empty_or_endless_text_is_refused(a2p, body, words):
    with pytest.raises(Refused, match=words):
        sent(a2p, body=body)

    assert not Message.objects.exists()


def test_nothing_above_the_days_limit_is_accepted(a2p):
    a2p.daily_limit = 2
    sent(a2p)
    sent(a2p)

    with pytest.raises(Refused) as refusal:
        sent(a2p)

    assert (refusal.value.status, Message.objects.count()) == (429, 2)


def test_segments_count_when_the_catalogue_says_so(a2p):
    Unit.objects.filter(kind="A2P").update(characters=70)

    sent(a2p, body="a" * 141)
    drain(at=MORNING)

    assert counted(a2p) == [("2026-04", 3)]


def test_opting_out_holds_back_what_waits_and_what_comes(a2p, project, alice):
    waiting = sent(a2p)
    audience.opt_out(project, PHONE, by=alice, at=MORNING)

    with pytest.raises(Refused, match="配信停止"):
        sent(a2p)
    drain(at=NOON)

    assert waiting.refreshed().state == "SKIPPED"
    assert Count.objects.count() == 0


def test_stop_in_an_answer_opts_out_of_whose_message_came_last(a2p, project, alice):
    sent(a2p)

    assert audience.replied(PHONE, "", " stop ", by=alice, at=NOON)
    assert not audience.replied(PHONE, "", "thanks", by=alice, at=NOON)

    assert list(project_numbers(project)) == [PHONE]


def project_numbers(project):
    from sms.audience.models import OptOut

    return OptOut.objects.filter(project=project).values_list("destination", flat=True)


def test_a_message_that_waits_can_be_stopped_and_one_on_its_way_not(a2p, alice):
    later, now = sent(a2p, due_at=NOON), sent(a2p, OTHER)
    drain(at=MORNING)

    messages.stop(later, by=alice, at=MORNING)
    with pytest.raises(Refused):
        messages.stop(now.refreshed(), by=alice, at=MORNING)
    drain(at=NOON)

    assert (later.refreshed().state, now.refreshed().state) == ("STOPPED", "DELIVERED")
    assert counted(a2p) == [("2026-04", 1)]


def test_texts_are_sealed_and_forgotten_but_not_before_they_are_sent(a2p):
    old, waiting = sent(a2p, body="secret"), sent(a2p, OTHER, due_at=MORNING + timedelta(days=40))
    assert b"secret" not in bytes(old.body)
    drain(at=MORNING)

    assert messages.forget(MORNING + timedelta(days=31), days=30) == 1
    assert (old.refreshed().text, waiting.refreshed().text) == ("", "Hello")


def test_codes_go_first(a2p, codes):
    sent(a2p)
    urgent = sent(codes, OTHER, urgent=True)

    assert [one.pk for one in sending.claim(limit=1, at=MORNING)] == [urgent.pk]
