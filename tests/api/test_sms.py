"""SMS for programs: the class "esme" of the cloud API; messages and the check in the panel's own."""

from datetime import timedelta

import pytest
from django.db.models import F

from accounts import consents
from accounts.access import SYSTEM
from accounts.levels import Level
from core.operations.draining import drain
from sms.messages.models import Message
from sms.two_factor.models import Verification
from tests.api.conftest import assert_refused, client_of
from tests.make import MORNING
from tests.sms.conftest import CONSENTS, FAILS, PHONE, counted, ordered, sent

PANEL = "/api/panel/1.0"


@pytest.fixture
def codes(project, alice):
    return ordered(project, "TWO_FACTOR", by=alice)


@pytest.fixture
def a2p(project, alice):
    return ordered(project, "A2P", by=alice)


def esme(codes, rest=""):
    return f"commonserviceitem/{codes.number}{rest}"


def otp(api, codes, method="PUT", **values):
    return api(method, esme(codes, "/esme/2fa/otp"), {"ESME": {"destination": PHONE, **values}})


def test_an_esme_is_ordered_found_changed_and_cancelled(api, project, alice):
    consents.accept(project.organisation, CONSENTS, by=alice, at=MORNING)
    order = {"CommonServiceItem": {"Name": "login", "Tags": ["a"], "Provider": {"Class": "esme"}}}

    made = api.post("commonserviceitem", order)
    number = made.json["CommonServiceItem"]["ID"]
    api.put(f"commonserviceitem/{number}", {"CommonServiceItem": {"Name": "sign-in"}})
    found = api.get(f"commonserviceitem/{number}").json["CommonServiceItem"]
    gone = api.delete(f"commonserviceitem/{number}")

    assert (made.status, gone.status) == (201, 200)
    assert (found["Name"], found["Tags"], found["Availability"]) == ("sign-in", ["a"], "available")
    assert found["Provider"] == {"Class": "esme", "ServiceClass": "cloud/esme"}
    assert api.get(f"commonserviceitem/{number}").status == 404
    assert otp(api, project_codes(project)).status == 201  # until its last day it works (74-1)


def project_codes(project):
    from sms.subscriptions.models import Subscription

    return Subscription.objects.get(project=project)


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_code_of_ours_is_sent_and_answered_once(api, codes, method):
    answer = otp(api, codes, method, sender="", domain_name="shop.example")
    drain(at=Message.objects.get().created_at)

    message = Message.objects.get()
    said = answer.json["ESME"]
    assert (answer.status, said["status"], said["messageId"]) == (201, "Accepted", message.uuid.hex)
    assert len(said["otp"]) == 6
    assert message.text.splitlines()[-1] == f"@shop.example #{said['otp']}"
    assert (message.state, len(counted(codes))) == ("DELIVERED", 1)


def test_a_code_of_the_callers_is_sent_or_one_is_made_when_asked(api, codes):
    own = api.put(esme(codes, "/esme/2fa"), {"ESME": {"destination": PHONE, "otpOperation": "input", "otp": "4321"}})
    made = api.put(esme(codes, "/esme/2fa"), {"ESME": {"destination": FAILS, "otpOperation": "generate"}})

    assert own.json["ESME"]["otp"] == "4321"
    assert len(made.json["ESME"]["otp"]) == 6


@pytest.mark.parametrize(
    "values, code",
    [
        ({"destination": "0312345678"}, "invalid_number"),
        ({"destination": "110"}, "invalid_number"),
        ({"destination": "14155552671"}, "invalid_number"),
        ({"domain_name": "not a domain"}, "invalid_domain"),
        ({"sender": "two\nlines"}, "invalid_sender"),
        ({"sender": "a.example/x"}, "invalid_sender"),
        ({"destination": None}, "bad_request"),
        ({"destination": ["819012345678"]}, "bad_request"),
    ],
)
def test_what_cannot_be_sent_is_refused_and_nothing_is_written(api, codes, values, code):
    answer = otp(api, codes, **values)

    assert_refused(answer, 400, code)
    assert (Message.objects.count(), Verification.objects.count()) == (0, 0)


@pytest.mark.parametrize("code", ["123", "123456789", "12345x", ""])
def test_a_code_of_a_wrong_length_is_refused(api, codes, code):
    answer = api.put(esme(codes, "/esme/2fa"), {"ESME": {"destination": PHONE, "otp": code, "otpOperation": "input"}})

    assert (answer.status, Message.objects.count()) == (400, 0)


def test_the_same_request_twice_is_one_message(api, codes):
    first, second = otp(api, codes), otp(api, codes)

    assert first.status == 201
    assert_refused(second, 429, "too_soon")
    assert Message.objects.count() == 1


def test_the_log_tells_status_times_and_retries_and_no_code(api, codes):
    otp(api, codes)
    drain(at=Message.objects.get().created_at)
    Message.objects.update(attempts=3)

    answer = api.get(esme(codes, "/esme/logs"))

    [line] = answer.json["ESME"]["logs"]
    message = Message.objects.get()
    assert line.keys() == {"messageId", "status", "otp", "destination", "sentAt", "doneAt", "retryCounnt"}
    assert (line["messageId"], line["status"]) == (message.uuid.hex, "Delivered")
    assert (line["otp"], line["destination"], line["retryCounnt"]) == ("", PHONE, 2)
    assert line["sentAt"].endswith("+09:00")
    assert line["doneAt"] >= line["sentAt"]


def test_the_log_says_accepted_then_failed(api, codes):
    otp(api, codes, destination=FAILS)
    accepted = api.get(esme(codes, "/esme/logs")).json["ESME"]["logs"][0]
    drain(at=Message.objects.get().created_at)

    failed = api.get(esme(codes, "/esme/logs")).json["ESME"]["logs"][0]

    assert (accepted["status"], accepted["sentAt"], accepted["doneAt"]) == ("Accepted", None, None)
    assert failed["status"] == "Failed"


def test_a_code_is_checked_and_whatever_is_wrong_has_one_answer(api, codes, a2p):
    said = otp(api, codes).json["ESME"]
    other = sent(a2p, "818012345678")
    at = f"{PANEL}/sms/messages/{{}}/check"

    wrong = [api.post(at.format(said["messageId"]), {"Code": code}) for code in ("000000", "1", "9" * 300)]
    no_code = api.post(at.format(other.uuid.hex), {"Code": said["otp"]})
    right = api.post(at.format(said["messageId"]), {"Code": said["otp"]})
    used = api.post(at.format(said["messageId"]), {"Code": said["otp"]})

    assert {(answer.status, answer.json["Verified"]) for answer in [*wrong, no_code, used]} == {(200, False)}
    assert (right.status, right.json["Verified"]) == (200, True)


def test_brute_force_locks_a_code_and_nobody_sees_the_difference(api, codes):
    said = otp(api, codes).json["ESME"]
    at = f"{PANEL}/sms/messages/{said['messageId']}/check"
    wrong = f"{(int(said['otp']) + 1) % 1_000_000:06}"

    answers = [api.post(at, {"Code": wrong}).json for _try in range(5)] + [api.post(at, {"Code": said["otp"]}).json]

    assert answers == [{"Verified": False, "Success": True, "is_ok": True}] * 6
    assert Verification.objects.get().state == "LOCKED"


def test_a_code_that_did_not_arrive_is_sent_again_after_a_while(api, codes, a2p):
    said = otp(api, codes, sender="Shop").json["ESME"]
    at = f"{PANEL}/sms/messages/{{}}/resend"
    assert_refused(api.post(at.format(said["messageId"])), 429, "too_soon")
    Verification.objects.update(created_at=F("created_at") - timedelta(seconds=31))

    again = api.post(at.format(said["messageId"]))
    no_code = api.post(at.format(sent(a2p, "818012345678").uuid.hex))

    assert (again.status, len(again.json["Code"])) == (201, 6)
    assert_refused(no_code, 400, "bad_request")
    check = f"{PANEL}/sms/messages/{again.json['Message']['ID']}/check"
    assert api.post(check, {"Code": again.json["Code"]}).json["Verified"] is True
    assert Verification.objects.get(state="REPLACED").message.uuid.hex == said["messageId"]
    assert Verification.objects.get(state="VERIFIED").message.text.startswith("【Shop】")


def test_a_message_is_sent_once_for_a_reference_and_read_with_its_number_masked(api, a2p):
    body = {"Message": {"Number": "０９０-1234-5678", "Text": "Hello", "Reference": "order-1"}}

    first, second = (api.post(f"{PANEL}/sms/messages", body) for _twice in range(2))
    read = api.get(f"{PANEL}/sms/messages/{first.json['Message']['ID']}")

    assert (first.status, second.status, Message.objects.count()) == (201, 201, 1)
    assert first.json["Message"]["ID"] == second.json["Message"]["ID"]
    assert read.json["Message"]["Number"] == "090-****-5678"
    assert "Text" not in read.json["Message"]


@pytest.mark.parametrize("text", ["", "   ", "あ" * 700, [], None])
def test_a_text_that_cannot_be_sent_is_refused(api, a2p, text):
    answer = api.post(f"{PANEL}/sms/messages", {"Message": {"Number": "09012345678", "Text": text}})

    assert (answer.status, Message.objects.count()) == (400, 0)


@pytest.mark.parametrize(
    "method, rest, body",
    [
        ("PUT", "/esme/2fa/otp", {"ESME": {"destination": PHONE}}),
        ("POST", "/esme/2fa/otp", {"ESME": {"destination": PHONE}}),
        ("PUT", "/esme/2fa", {"ESME": {"destination": PHONE, "otp": "1234"}}),
        ("GET", "/esme/logs", None),
        ("PUT", "", {"CommonServiceItem": {"Name": "mine"}}),
        ("DELETE", "", None),
    ],
)
def test_strangers_find_nothing_and_who_may_only_look_sends_nothing(codes, looking, stranger, method, rest, body):
    assert_refused(stranger(method, esme(codes, rest), body), 404, "not_found")
    assert_refused(looking(method, esme(codes, rest), body), 403, "permission_denied")

    assert Message.objects.count() == 0
    assert codes.contract.refreshed().state == "PROVISIONAL"


def test_a_stranger_checks_and_reads_no_message(api, codes, stranger, project):
    said = otp(api, codes).json["ESME"]

    checked = stranger.post(f"{PANEL}/sms/messages/{said['messageId']}/check", {"Code": said["otp"]})

    assert_refused(checked, 404, "not_found")
    assert stranger.get(f"{PANEL}/sms/messages").json["Messages"] == []
    assert_refused(client_of(project, Level.VIEW).post(f"{PANEL}/sms/messages", {}), 403, "permission_denied")
    assert Verification.objects.get().state == "PENDING"


@pytest.mark.terms("72-1")
def test_a_restricted_subscription_sends_nothing_and_says_the_clause(api, codes):
    from sms.subscriptions import actions as subscriptions

    subscriptions.restrict(codes, "ALL", reason="Spam.", by=SYSTEM, at=MORNING)

    answer = otp(api, codes)

    assert_refused(answer, 403, "restricted")
    assert Message.objects.count() == 0
