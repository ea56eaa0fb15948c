"""Registering, activating, deactivating and deleting a SIM; each registration is a contract of its own."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from accounts.access import SYSTEM
from accounts.audit.models import AuditEvent
from billing import contracts
from billing.contracts import Contract
from core.calendar import JST, Month
from core.errors import Refused
from core.operations.draining import drain
from mobile.drivers import LineSpec, carrier
from mobile.drivers.models import CarrierFault
from mobile.sims import actions as sims
from mobile.sims import cards, numbers, tasks, usage
from mobile.sims.models import NETWORKS, Card, Miss, Sim
from tests import make
from tests.make import EVENING, MORNING, NOON
from tests.mobile import world


def line(sim: Sim) -> LineSpec | None:
    """The line as the carrier has it."""
    return carrier().lines([sim.iccid], at=EVENING).get(sim.iccid)


@pytest.mark.terms("36-1", "37-2", "52-2")
def test_a_registration_is_a_contract_of_its_own_metered_from_now(project, alice):
    sim = world.registered(project, by=alice, name="sensor-01")

    assert (sim.state, sim.name, sim.contract.service) == ("ACTIVE", "sensor-01", "sim")
    assert world.spans(sim) == [("sim", MORNING, None), ("sim.maintenance", MORNING, None)]
    assert sim.contract.group == f"sim:{sim.iccid}"
    assert line(sim) == LineSpec(active=True, networks=NETWORKS)


@pytest.mark.terms("36-3")
def test_deleted_and_registered_again_is_a_new_resource_and_a_new_contract(project, sim, alice):
    sims.delete(sim, by=alice, at=NOON)
    again = world.registered(project, sim.card, by=alice, at=EVENING)

    assert again.number != sim.number
    assert sim.contract.refreshed().closed_at == NOON
    assert world.spans(sim) == [("sim", MORNING, NOON), ("sim.maintenance", MORNING, NOON)]
    assert world.spans(again) == [("sim", EVENING, None), ("sim.maintenance", EVENING, None)]
    assert again.contract.group == sim.contract.group


def test_a_card_is_registered_once_wherever(project, sim, elsewhere, alice):
    for where in (project, elsewhere):
        with pytest.raises(Refused) as refusal:
            world.registered(where, sim.card)
        assert refusal.value.code == "sim_registered"

    assert Sim.objects.count() == 1
    assert Contract.objects.filter(service__in=("sim", "connect")).count() == 2
    assert Contract.objects.filter(project=elsewhere).count() == 0


@pytest.mark.terms("43-2")
def test_the_right_passcode_proves_a_card(project):
    card = world.card()

    assert cards.prove(project, f" {card.iccid[:6]}-{card.iccid[6:]} ", f"{world.PASSCODE} ", at=MORNING) == card
    assert set(Miss.objects.values_list("count", flat=True)) == {0}
    assert world.PASSCODE.encode() not in bytes(Card.objects.get().passcode)


@pytest.mark.terms("43-2")
def test_nothing_tells_which_part_was_wrong(project, elsewhere):
    free, theirs = world.card(), world.registered(elsewhere).card
    wrong = [(free.iccid, "wrong"), (world.iccid(), world.PASSCODE), (theirs.iccid, "wrong"), (free.iccid, "")]

    said = []
    for iccid, passcode in wrong:
        with pytest.raises(Refused) as refusal:
            cards.prove(project, iccid, passcode, at=MORNING)
        said.append((str(refusal.value), refusal.value.code, refusal.value.field, refusal.value.status))

    assert len(set(said)) == 1
    assert said[0][1:] == ("invalid_sim", "passcode", 400)


@pytest.mark.terms("43-2")
def test_after_ten_wrong_ones_in_an_hour_nothing_is_looked_at_any_more(project):
    right = world.card()
    for _ in range(10):
        with pytest.raises(Refused, match="PASSCODE"):
            cards.prove(project, world.iccid(), "wrong", at=MORNING)

    with pytest.raises(Refused) as refusal:
        cards.prove(project, right.iccid, world.PASSCODE, at=MORNING)
    assert (refusal.value.code, refusal.value.status) == ("too_many_tries", 429)

    assert cards.prove(project, right.iccid, world.PASSCODE, at=MORNING + timedelta(hours=1)) == right
    assert cards.prove(make.project(project.organisation), right.iccid, world.PASSCODE, at=MORNING) == right


@pytest.mark.terms("43-2")
def test_after_five_wrong_ones_for_a_card_even_the_right_one_is_answered_like_a_wrong_one(project, elsewhere):
    card = world.card()
    for _ in range(5):
        with pytest.raises(Refused):
            cards.prove(elsewhere, card.iccid, "wrong", at=MORNING)

    with pytest.raises(Refused) as refusal:
        cards.prove(project, card.iccid, world.PASSCODE, at=MORNING)

    assert refusal.value.code == "invalid_sim"
    assert cards.prove(project, card.iccid, world.PASSCODE, at=MORNING + timedelta(hours=1)) == card


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "898104000000000001",
        "8981040000000000010",
        "89810400000000000 1x",
        "８９８１０４００００００００００００１",
        "9" * 40,
    ],
)
def test_what_is_no_iccid_is_said_at_once(typed):
    with pytest.raises(Refused) as refusal:
        numbers.iccid(typed)

    assert refusal.value.code == "invalid_iccid"


def test_a_sim_is_taken_down_and_up_again(sim, alice):
    sims.deactivate(sim, by=alice, at=NOON)
    assert sim.state == "DEACTIVATING"
    drain(at=NOON)
    assert (sim.refreshed().state, sim.deactivated_at, line(sim).active) == ("INACTIVE", NOON, False)

    with pytest.raises(Refused):
        sims.deactivate(sim, by=alice, at=NOON)
    sims.activate(sim, by=alice, at=EVENING)
    drain(at=EVENING)

    assert (sim.refreshed().state, sim.activated_at, line(sim).active) == ("ACTIVE", EVENING, True)
    assert world.spans(sim) == [("sim", MORNING, None), ("sim.maintenance", MORNING, None)]


def test_what_the_carrier_refuses_leaves_the_sim_as_it_was(sim, alice):
    CarrierFault.objects.create(iccid=sim.iccid, error="Rejected", text="The line is barred.", times=2)

    sims.deactivate(sim, by=alice, at=NOON)
    drain(at=NOON)
    assert (sim.refreshed().state, sim.error) == ("ACTIVE", "The line is barred.")

    CarrierFault.objects.update(times=0)
    sims.deactivate(sim, by=alice, at=NOON)
    drain(at=NOON)
    CarrierFault.objects.update(times=1)
    sims.activate(sim, by=alice, at=NOON)
    drain(at=NOON)
    assert (sim.refreshed().state, sim.error) == ("INACTIVE", "The line is barred.")


def test_passing_trouble_is_tried_again(sim, alice):
    CarrierFault.objects.create(error="Retryable", text="busy", times=3)

    sims.deactivate(sim, by=alice, at=NOON)
    drain(at=NOON)

    assert (sim.refreshed().state, sim.error) == ("INACTIVE", "")


def test_a_deleted_sim_has_no_line_but_one_registered_anew_keeps_it(project, sim, alice):
    sims.delete(sim, by=alice, at=NOON)
    drain(at=NOON)
    assert line(sim) is None

    again = world.registered(project, sim.card, by=alice, at=NOON)
    sims.delete(again, by=alice, at=EVENING)
    third = sims.register(project, sim.card, sims.SimOrder(), by=alice, at=EVENING)
    drain(at=EVENING)

    assert third.refreshed().state == "ACTIVE"
    assert line(third).active


def test_a_protected_sim_is_not_deleted(sim, alice):
    Sim.objects.filter(pk=sim.pk).update(protected=True)

    with pytest.raises(Refused):
        sims.delete(sim, by=alice, at=NOON)

    assert sim.refreshed().state == "ACTIVE"


def test_a_sim_whose_contract_was_refused_is_deleted_by_the_sweep(sim):
    contracts.refuse(sim.contract, "No.", by=SYSTEM, at=NOON)
    with pytest.raises(Refused):
        sims.activate(sim, by=SYSTEM, at=NOON)

    tasks.delete_without_contract(EVENING)
    drain(at=EVENING)

    assert sim.refreshed().state == "DELETED"
    assert line(sim) is None


def test_labels_change_what_it_is_found_by(sim, alice):
    sims.edit(sim, name="pump", description="by the river", tags=["river"], by=alice, at=NOON)

    fresh = sim.refreshed()
    assert fresh.words == f"pump\n{sim.iccid}\nriver"
    assert fresh.contract.name == "pump"


@pytest.mark.terms("36-2", "38-1")
def test_traffic_is_counted_once_a_day_and_direction_exact_to_the_byte(sim):
    for _ in range(3):
        usage.carried(sim, up=1, down=1024 * 1024, at=NOON)
    usage.carried(sim, at=EVENING)

    assert usage.months([sim.pk], Month.of(NOON)) == {sim.pk: usage.Volume(3, 3 * 1024 * 1024)}
    assert world.counts(sim) == [("2026-04-01", "down", "3.000000"), ("2026-04-01", "up", "0.000003")]
    assert sim.refreshed().last_traffic_at == NOON


@pytest.mark.terms("38-1")
def test_a_million_single_bytes_are_one_sum(sim):
    total = sum(usage.in_megabytes(n + 1) - usage.in_megabytes(n) for n in range(4096))

    assert total == usage.in_megabytes(4096) == Decimal("0.003906")
    assert usage.in_megabytes(1) > 0


@pytest.mark.terms("36-2")
def test_late_events_belong_to_the_month_in_which_they_happened(sim):
    march, april = datetime(2026, 4, 30, 23, 59, tzinfo=JST), datetime(2026, 5, 1, 0, 10, tzinfo=JST)

    usage.carried(sim, up=100, at=april)
    usage.carried(sim, up=200, at=march)

    assert [day for day, _d, _q in world.counts(sim)] == ["2026-04-30", "2026-05-01"]
    assert sim.refreshed().last_traffic_at == april
    with pytest.raises(ValueError):
        usage.carried(sim, up=-1, at=april)


def test_the_registration_of_an_instant_is_found(project, sim, alice):
    sims.delete(sim, by=alice, at=NOON)
    again = world.registered(project, sim.card, by=alice, at=EVENING)
    rows = Sim.objects.filter(card=sim.card)

    found = [rows.registered_at(at).first() for at in (MORNING, NOON, EVENING)]

    assert found == [sim, None, again]


def test_every_verb_is_told_in_the_event_log(sim, alice):
    sims.delete(sim, by=alice, at=NOON)

    verbs = AuditEvent.objects.filter(subject_kind="mobile.sim").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["sim.registered", "sim.activation_asked", "sim.activated", "sim.deleted"]
