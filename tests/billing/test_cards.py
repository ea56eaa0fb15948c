"""Registering the card, and the simulated gateway behind it."""

from datetime import date

import pytest
from django.test import Client

from accounts import consents
from accounts.access import SYSTEM, Actor
from accounts.organisations.models import Organisation
from billing.payments import actions
from billing.payments.drivers import Status, gateway
from billing.payments.drivers.simulated import Simulated
from billing.payments.models import Card, CardSetup
from core.errors import Refused
from core.operations import Gone, Rejected
from core.operations.performing import perform_due
from tests import make
from tests.billing.world import opened
from tests.cast import browser

pytestmark = pytest.mark.usefixtures("db")
LATER = make.NOON.replace(year=2040)


@pytest.fixture
def applicant(alice_user) -> Organisation:
    return make.organisation(alice_user, accepted=False)


@pytest.fixture
def client(applicant, alice_user) -> Client:
    return browser(alice_user)


def register(client: Client, card: str = "visa", **answers: str) -> CardSetup:
    """Walk through the pages with workers performing what is asked in between."""
    page = client.post("/cards/new", {"accepted": "on"})
    assert page.status_code == 302
    perform_due(at=LATER)
    picked = client.post(f"{page.url}/pick", {"card": card})
    if answers:
        assert 'name="approved"' in picked.text
        client.post(f"{page.url}/pick", {"card": card, **answers})
    perform_due(at=LATER)
    return CardSetup.objects.latest("pk")


@pytest.mark.terms("4-2", "4-3")
def test_registering_a_card_records_the_consent_and_makes_a_customer(client, applicant):
    setup = register(client)

    card = actions.card_of(applicant)
    assert (setup.state, str(card), card.expires_on) == ("DONE", "Visa •••• 4242", date(2031, 12, 31))
    assert consents.missing(applicant, ["card-hold"], make.NOON) == []
    assert Organisation.objects.get(pk=applicant.pk).state == "ACTIVE"
    assert client.get(setup.get_absolute_url()).url == "/cards"


@pytest.mark.terms("4-3")
def test_without_the_consent_no_registration_begins(client):
    page = client.post("/cards/new", {"nonce": ""})

    assert page.status_code == 422
    assert "4-3" in page.text
    assert not CardSetup.objects.exists()


@pytest.mark.parametrize("card, answers", [("declined", {}), ("jcb", {"approved": "no"})])
def test_a_declined_card_changes_nothing_and_says_so(client, applicant, card, answers):
    setup = register(client, card, **answers)

    assert (setup.state, setup.problem) == ("FAILED", "The bank declined the card.")
    assert actions.card_of(applicant) is None
    assert Organisation.objects.get(pk=applicant.pk).state == "APPLIED"
    assert client.get(setup.get_absolute_url()).status_code == 200


def test_the_bank_may_ask_back(client, applicant):
    register(client, "jcb", approved="yes")

    assert str(actions.card_of(applicant)) == "JCB •••• 0505"


def test_a_new_card_replaces_the_old_one(client, applicant):
    register(client)
    register(client, "mastercard")

    assert [str(card) for card in Card.objects.filter(removed_at=None)] == ["Mastercard •••• 4444"]
    assert Card.objects.count() == 2


@pytest.mark.terms("4-2")
def test_the_card_stays_while_anything_runs(client, applicant, alice_user):
    register(client)
    card, by = Card.objects.get(), make.actor(alice_user)
    contract = opened(make.first_project(Organisation.objects.get(pk=applicant.pk)))

    with pytest.raises(Refused) as refusal:
        actions.remove(card, by=by, at=make.NOON)
    assert (refusal.value.clause, actions.card_of(applicant)) == ("4-2", card)

    contract.move("end", at=make.NOON, closed_at=make.NOON, ended_on=make.NOON.date())
    assert client.post("/cards/remove", {"nonce": ""}).url == "/cards"
    assert actions.card_of(applicant) is None


def test_members_without_the_bill_flag_and_strangers_see_no_card(bob_client, charlie_client, alice: Actor, garden):
    setup = actions.begin(garden, accepted=True, by=alice, at=make.NOON)

    assert bob_client.get("/cards").status_code == 403
    assert charlie_client.get(setup.get_absolute_url()).status_code == 404
    assert charlie_client.post(f"{setup.get_absolute_url()}/pick", {"card": "visa"}).status_code == 404
    assert CardSetup.objects.get().state == "ASKED"


def test_a_repeated_key_gives_the_same_object():
    simulated = gateway()

    assert simulated.create_setup("key", "1").reference == simulated.create_setup("key", "1").reference


@pytest.fixture
def token() -> str:
    simulated = Simulated()
    reference = simulated.create_setup("setup", "1").reference
    simulated.pick(reference, "visa")
    return simulated.lookup(reference).card.token


@pytest.mark.differs
def test_a_hold_is_captured_once_and_never_beyond_itself(token):
    simulated = Simulated()
    hold = simulated.hold("h", token, 1000)

    with pytest.raises(Rejected):
        simulated.capture("c", hold.reference, 1001)
    captured = simulated.capture("c", hold.reference, 800)

    assert (captured.status, captured.amount) == (Status.CAPTURED, 800)
    assert simulated.capture("c", hold.reference, 800) == captured
    with pytest.raises(Rejected):
        simulated.capture("other", hold.reference, 1)


def test_what_was_released_can_not_be_captured(token):
    simulated = Simulated()
    hold = simulated.hold("h", token, 1000)

    assert simulated.release("r", hold.reference) == simulated.release("again", hold.reference)
    with pytest.raises(Rejected):
        simulated.capture("c", hold.reference, 1)


def test_refunds_add_up_to_what_was_charged(token):
    simulated = Simulated()
    charge = simulated.charge("p", token, 1000)

    assert simulated.refund("r1", charge.reference, 400).amount == 600
    assert simulated.refund("r1", charge.reference, 400).amount == 600
    with pytest.raises(Rejected):
        simulated.refund("r2", charge.reference, 601)
    assert simulated.refund("r3", charge.reference, 600).status == Status.REFUNDED


def test_a_card_without_funds_registers_but_is_declined_for_money():
    simulated = Simulated()
    reference = simulated.create_setup("setup", "1").reference
    simulated.pick(reference, "no-funds")

    hold = simulated.hold("h", simulated.lookup(reference).card.token, 500)

    assert (hold.status, hold.amount, hold.problem) == (Status.DECLINED, 0, "The bank declined the card.")


def test_what_the_gateway_does_not_know_is_gone():
    simulated = Simulated()

    for call in (
        lambda: simulated.lookup("nothing"),
        lambda: simulated.release("k", "nothing"),
        lambda: simulated.hold("k", "nothing", 1),
    ):
        with pytest.raises(Gone):
            call()


def test_a_worker_that_gives_up_tells_the_customer(alice, garden):
    setup = actions.begin(garden, accepted=True, by=alice, at=make.NOON)

    actions.fail(setup, "The card company does not answer.", at=make.NOON)

    assert setup.problem_text == "The card company does not answer."
    with pytest.raises(Refused):
        actions.check(setup, by=SYSTEM, at=make.NOON)
