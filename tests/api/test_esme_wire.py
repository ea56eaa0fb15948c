"""The class "esme" on the wire, as clients write it: Go's raw PUTs, saklient's POSTs with the method in a header."""

import json
import re
import socket
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

import pytest

from accounts import consents
from accounts.access import SYSTEM
from accounts.levels import Level
from sms.messages.models import Message
from sms.subscriptions.models import Subscription
from sms.two_factor.models import Verification
from tests import make
from tests.api.conftest import CLOUD, basic
from tests.sms.conftest import CONSENTS, ordered
from tests.sms.test_smpp import until

# What iaas-api-go sends with every call, and what saklient does.
GO = {"X-Requested-With": "XMLHttpRequest", "X-Sakura-Bigint-As-Int": "1", "User-Agent": "iaas-api-go/v1.12.0"}
SAKLIENT = {"Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "XMLHttpRequest"}
CREATED = {
    "CommonServiceItem": {
        "Name": "login", "Description": "", "Tags": None, "Icon": {"ID": 0}, "Provider": {"Class": "esme"}, "ID": 0,
        "CreatedAt": "0001-01-01T00:00:00Z",
    }
}  # fmt: skip


@pytest.fixture
def project(live_panel):
    made = make.first_project(make.organisation(make.user(), at=datetime.now(UTC)))
    consents.accept(made.organisation, CONSENTS, by=SYSTEM, at=datetime.now(UTC))
    return made


@pytest.fixture
def esme(project):
    return ordered(project, "TWO_FACTOR", by=SYSTEM, at=datetime.now(UTC))


@pytest.fixture
def wire(live_panel, project):
    """Sends a request of the project's key, byte by byte as given."""
    key, secret = make.api_key(project, Level.CREATE)
    port = urlsplit(live_panel.url).port

    def send(method, at="", body=None, *, raw=b"", **headers):
        content = raw or (b"" if body is None else json.dumps(body, ensure_ascii=False).encode())
        values = {"Authorization": basic(str(key.token), secret), "Host": "localhost", "Connection": "close"}
        values |= {name.replace("_", "-"): value for name, value in headers.items()}
        head = f"{method} {CLOUD}/commonserviceitem{at} HTTP/1.1\r\nContent-Length: {len(content)}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in values.items())
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(head.encode() + b"\r\n" + content)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        top, _gap, rest = answer.partition(b"\r\n\r\n")
        return int(top.split()[1]), json.loads(rest)

    return send


def test_go_s_calls_are_answered_as_its_types_read_them(wire, project):
    made, item = wire("POST", "", CREATED, **GO)
    number = item["CommonServiceItem"]["ID"]
    order = {"destination": "819012345678", "sender": "えんがわ商店", "otpOperation": "generate"}
    sent, answer = wire("PUT", f"/{number}/esme/2fa/otp", {"ESME": order}, **GO)
    own = {"destination": "818012345678", "sender": "Shop", "otpOperation": "input", "otp": "246810"}
    put_in, second = wire("PUT", f"/{number}/esme/2fa", {"ESME": own}, **GO)
    until(lambda: Message.objects.filter(project=project, state="DELIVERED").count() == 2)
    read, logs = wire("GET", f"/{number}/esme/logs", **GO)
    query = quote(json.dumps({"Filter": {"Provider.Class": "esme"}}))
    _status, found = wire("GET", f"?{query}", **GO)

    assert (made, sent, put_in, read) == (201, 201, 201, 200)
    assert isinstance(number, int)
    assert answer["is_ok"]
    assert answer["ESME"].keys() == {"messageId", "status", "otp"}
    assert (answer["ESME"]["status"], second["ESME"]["otp"]) == ("Accepted", "246810")
    assert re.fullmatch(r"\d{6}", answer["ESME"]["otp"])
    newest, oldest = logs["ESME"]["logs"]
    assert oldest.keys() == {"messageId", "status", "otp", "destination", "sentAt", "doneAt", "retryCounnt"}
    assert [line["messageId"] for line in (oldest, newest)] == [
        answer["ESME"]["messageId"],
        second["ESME"]["messageId"],
    ]
    assert {line["status"] for line in (oldest, newest)} == {"Delivered"}
    assert (oldest["destination"], oldest["retryCounnt"]) == ("819012345678", 0)
    assert datetime.fromisoformat(oldest["sentAt"]) <= datetime.fromisoformat(oldest["doneAt"])
    texts = {message.destination: message.text for message in Message.objects.filter(project=project)}
    assert texts["819012345678"].startswith(f"【えんがわ商店】認証コード: {answer['ESME']['otp']}")
    assert texts["818012345678"].startswith("【Shop】認証コード: 246810")
    assert [one["ID"] for one in found["CommonServiceItems"]] == [number]


def test_saklient_s_way_to_send_a_method_a_form_type_and_no_body(wire, esme):
    order = {"ESME": {"destination": "819012345678", "domain_name": "shop.example", "otpOperation": "generate"}}
    at = f"/{esme.number}/esme/2fa/otp"

    sent, answer = wire("POST", at, order, **SAKLIENT, X_Sakura_HTTP_Method="PUT")
    plain, _again = wire("POST", at, {"ESME": {**order["ESME"], "destination": "818012345678"}}, **SAKLIENT)
    logs = wire("GET", f"//{esme.number}/esme/logs/", raw=b"null", **SAKLIENT)
    changed = {"CommonServiceItem": {"Name": "サインイン"}}
    renamed = wire("POST", f"/{esme.number}", changed, **SAKLIENT, X_Sakura_HTTP_Method="PUT")
    gone = wire("POST", f"/{esme.number}", raw=b"null", **SAKLIENT, X_Sakura_HTTP_Method="DELETE")

    assert (sent, plain) == (201, 201)
    assert len(logs[1]["ESME"]["logs"]) == 2
    assert (renamed[0], renamed[1]["CommonServiceItem"]["Name"]) == (200, "サインイン")
    assert renamed[1]["CommonServiceItem"]["ID"] == str(esme.number)  # text for clients that don't ask for numbers
    assert gone[0] == 200
    assert Subscription.objects.get(pk=esme.pk).contract.refreshed().state == "ENDING"
    first = Message.objects.get(subscription=esme, destination="819012345678")
    assert first.text.splitlines()[-1] == f"@shop.example #{answer['ESME']['otp']}"


@pytest.mark.parametrize(
    "body, code, field",
    [
        ({}, "bad_request", "ESME.destination"),
        ({"ESME": None}, "bad_request", "ESME.destination"),
        ({"ESME": []}, "bad_request", "ESME.destination"),
        ({"ESME": {"destination": "03-1234-5678"}}, "invalid_number", "destination"),
        ({"ESME": {"destination": "819012345678", "sender": "http://a.example"}}, "invalid_sender", "brand"),
        ({"ESME": {"destination": "819012345678", "sender": "あ" * 21}}, "invalid_sender", "brand"),
        ({"ESME": {"destination": "819012345678", "domain_name": "https://a.example/"}}, "invalid_domain", "domain"),
    ],
)
def test_what_is_wrong_is_said_in_the_envelope_and_nothing_is_sent(wire, esme, body, code, field):
    status, answer = wire("PUT", f"/{esme.number}/esme/2fa/otp", body, **GO)

    assert (status, answer["error_code"], answer["field"], answer["is_fatal"]) == (400, code, field, True)
    assert not Message.objects.filter(subscription=esme).exists()
    assert not Verification.objects.filter(subscription=esme).exists()


@pytest.mark.parametrize("raw", [b'{"ESME":', b"\xff\xfe", b"[1]", b'{"ESME":{"destination":"\\u0000"}}'])
def test_a_broken_body_is_refused_in_the_envelope(wire, esme, raw):
    status, answer = wire("PUT", f"/{esme.number}/esme/2fa/otp", raw=raw, **GO)

    assert (status, answer["error_code"]) == (400, "bad_request")
    assert not Message.objects.filter(subscription=esme).exists()
