"""The protocol: keys, the envelope, encodings, languages and everything malformed."""

import pytest

from accounts.api_keys import actions as api_keys
from accounts.levels import Level
from tests import make
from tests.api.conftest import CLOUD, assert_refused, basic, client_of


def test_auth_status_says_who_the_key_is_and_what_it_may(project):
    api = client_of(project, Level.POWER, may_bill=True)

    answer = api.get("auth-status")

    assert answer.status == 200
    assert answer.json == {
        "Account": {
            "ID": str(project.number), "Class": "account", "Code": str(project.number), "Name": project.name,
        },
        "Member": {"Class": "member", "Code": str(project.organisation.number)},
        "AuthClass": "account",
        "AuthMethod": "apikey",
        "ExternalPermission": "bill",
        "IsAPIKey": True,
        "OperationPenalty": "none",
        "Permission": "power",
        "is_ok": True,
    }  # fmt: skip


def test_numbers_are_json_numbers_for_clients_that_ask(api, project):
    answer = api.get("auth-status", x_sakura_bigint_as_int="1")

    assert answer.json["Account"]["ID"] == project.number


@pytest.mark.parametrize("root", ["/cloud/zone/is1a/api/cloud/1.1", "/cloud/api/cloud/1.1"])
@pytest.mark.parametrize("tail", ["/auth-status", "/auth-status/", "//auth-status"])
def test_slashes_don_t_matter_and_nothing_redirects(api, root, tail):
    assert api.get(root + tail).status == 200


def test_the_newer_tools_ask_for_their_context(api, project):
    answer = api.get("/iam/auth/context")

    assert (answer.status, answer.json["project_id"]) == (200, project.number)


def test_without_a_key_there_is_no_login_page_but_the_envelope(nobody, db):
    answer = nobody.get("auth-status")

    assert_refused(answer, 401, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_programs_can_do_without_the_sign_in_window(nobody, db):
    answer = nobody.get("auth-status", x_sakura_no_authenticate_header="1")

    assert_refused(answer, 401, "unauthorized")
    assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize(
    "authorization",
    ["Basic", "Basic !", "Basic Og==", "Basic /w==", basic("nobody", "x"), basic("\0", "\0"), "Bearer x"],
)  # fmt: skip
def test_a_wrong_key_is_refused(nobody, project, authorization):
    nobody.authorization = authorization

    assert_refused(nobody.get("auth-status"), 401, "unauthorized")


def test_a_wrong_secret_is_refused(nobody, project):
    key, _secret = make.api_key(project)
    nobody.authorization = basic(str(key.token), "wrong")

    assert_refused(nobody.get("auth-status"), 401, "unauthorized")


def test_a_revoked_key_is_refused(nobody, project, alice):
    key, secret = make.api_key(project)
    nobody.authorization = basic(str(key.token), secret)
    assert nobody.get("auth-status").status == 200

    api_keys.revoke(key, by=alice, at=make.NOON)

    assert_refused(nobody.get("auth-status"), 401, "unauthorized")


def test_a_session_counts_for_nothing(alice_client):
    answer = alice_client.get(f"{CLOUD}/auth-status")

    assert (answer.status_code, answer.json()["error_code"]) == (401, "unauthorized")


def test_a_refusal_speaks_the_clients_language(nobody, db):
    japanese = nobody.get("auth-status").json["error_msg"]
    english = nobody.get("auth-status", accept_language="en-GB,en;q=0.9").json["error_msg"]

    assert english == "The access token or its secret is missing or wrong, or the key was revoked."
    assert japanese == "アクセストークンまたはシークレットがないか誤っています。キーが無効化された可能性もあります。"


@pytest.mark.parametrize(
    "at", ["nothing", "zone/is9z/api", "/cloud/zone/is9z/api/cloud/1.1/auth-status", "/api/", "/iam/x", "/cloud/"]
)
def test_an_unknown_address_is_not_found(api, at):
    assert_refused(api.get(at), 404, "not_found")


def test_an_unknown_method_is_refused(api):
    assert_refused(api.post("auth-status"), 405, "method_not_allowed")
    assert_refused(api("PATCH", "auth-status"), 405, "method_not_allowed")
    assert_refused(api("OPTIONS", "auth-status"), 405, "method_not_allowed")
    assert_refused(api.post("auth-status", x_sakura_http_method="FLY"), 405, "method_not_allowed")


def test_a_method_in_a_header_overrides_post(api):
    assert api.post("auth-status", None, x_sakura_http_method="GET").status == 200


def test_too_many_requests_are_told_when_to_come_back(api, monkeypatch):
    monkeypatch.setattr("accounts.api_keys.limits.PER_SECOND", 0)

    answer = api.get("auth-status")

    assert_refused(answer, 429, "too_many_request")
    assert answer.headers["Retry-After"] == "1"
