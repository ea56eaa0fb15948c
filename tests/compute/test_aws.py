"""AWS connections: what they need, whole months, data one way only, states, abolition, both drivers."""

import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import boto3
import pytest
from botocore.stub import Stubber
from django.core.management import CommandError, call_command
from moto import mock_aws

from accounts.access import SYSTEM, Actor
from accounts.consents.models import Acceptance
from accounts.notices.models import Notice
from accounts.projects.models import Project
from billing import contracts, estimates
from billing.contracts.models import Contract
from compute.drivers.boto import Boto, new_client
from compute.drivers.direct_connect import LineSpec, Transfer
from compute.drivers.models import SimulatedFault, SimulatedMachine
from compute.networks.aws import actions, readings, tasks
from compute.networks.aws.actions import AwsOrder
from compute.networks.aws.models import AwsConnection, AwsNews
from compute.networks.local_routers import actions as local_routers
from compute.services import AWS
from core.calendar import JST, Month
from core.errors import Refused
from core.operations import Gone, Rejected, Retryable
from core.operations.draining import drain
from tests import make
from tests.api.conftest import client_of
from tests.compute.conftest import spans
from tests.compute.local_routers import aws, local_router
from tests.make import MORNING, NOON

KEY = UUID(int=1)
SPEC = LineSpec("123456789012", 2)


def jst(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=JST)


def refused(project: Project, order: AwsOrder, by: Actor, accepted: tuple[str, ...] = AWS.consents) -> Refused:
    """Why it can't be ordered; nothing was written."""
    before = Contract.objects.count()
    with pytest.raises(Refused) as refusal:
        actions.create(project, order, accepted=accepted, by=by, at=NOON)
    assert (Contract.objects.count(), AwsConnection.objects.count()) == (before, 0)
    return refusal.value


@pytest.mark.terms("21-1")
@pytest.mark.parametrize(
    "account", ["", "1", "1234567890123", "12345678901a", "123456789012\n", "１２３４５６７８９０１２"]
)
def test_it_needs_an_aws_account_of_12_digits(project: Project, alice: Actor, account: str) -> None:
    why = refused(project, AwsOrder("x", local_router(project), account), alice)

    assert (why.clause, why.field) == ("21-1", "aws_account")


@pytest.mark.terms("21-1")
def test_it_needs_a_local_router_of_the_project_that_exists(project: Project, alice: Actor) -> None:
    gone, theirs = local_router(project), local_router(make.project(project.organisation))
    local_routers.delete(gone, by=SYSTEM, at=MORNING)

    for router in (gone, theirs):
        why = refused(project, AwsOrder("x", router, "123456789012"), alice)
        assert (why.clause, why.field) == ("21-1", "local_router")


@pytest.mark.terms("20-1", "25-1", "26-1", "27-1")
def test_upper_terms_boundary_and_changes_are_accepted_before(project: Project, alice: Actor, alice_client) -> None:
    router = local_router(project)
    assert refused(project, AwsOrder("x", router, "123456789012"), alice, ()).code == "consent_needed"
    form = alice_client.get("/aws-connections/new").content.decode()
    assert all(words in form for words in ("カスタマーアグリーメント", "回線終端装置", "廃止", "第24条"))
    order = {"name": "x", "local_router": router.number, "aws_account": "123456789012"}

    assert alice_client.post("/aws-connections/new", order).status_code == 422
    assert alice_client.post("/aws-connections/new", {**order, "accepted": "aws-connection"}).status_code == 302

    assert Acceptance.objects.get(document__code="aws-connection").document.version == 1


@pytest.mark.terms("21-1")
def test_the_local_router_is_not_deleted_while_it_is_used(project: Project, alice: Actor) -> None:
    router = local_router(project)
    made = aws(router)

    assert [one.pk for one in contracts.dependants(router.contract).refusing] == [made.contract_id]
    with pytest.raises(Refused) as refusal:
        local_routers.delete(router, by=alice, at=NOON)
    assert (refusal.value.code, router.refreshed().state) == ("still_needed", "AVAILABLE")
    actions.delete(made, by=alice, at=NOON)
    local_routers.delete(router, by=alice, at=NOON)

    assert (made.refreshed().state, router.refreshed().state) == ("DELETED", "DELETED")


@pytest.mark.terms("22-1", "23-1")
@pytest.mark.parametrize(
    "begun, ended, amounts",
    [
        (jst(4, 30, 23), None, (55000, 55000)),
        (jst(4, 1, 0), jst(4, 1, 1), (55000, 0)),
        (jst(4, 30, 23), jst(5, 1, 0), (55000, 0)),
        (jst(4, 30, 23), jst(5, 1, 0) + timedelta(seconds=1), (55000, 55000)),
        (jst(5, 1, 0), jst(5, 31, 23), (0, 55000)),
    ],
)
def test_whole_months_are_charged_at_both_ends(project: Project, begun, ended, amounts) -> None:
    made = aws(local_router(project, at=jst(3, 1)), at=begun)
    if ended:
        actions.delete(made, by=SYSTEM, at=ended)

    found = [estimates.month_so_far([made.contract_id], at=at).get(made.contract_id, 0)
             for at in (jst(5, 1, 0) - timedelta(seconds=1), jst(6, 1, 0) - timedelta(seconds=1))]  # fmt: skip

    assert tuple(found) == amounts
    assert spans(made) == [("aws.", begun, ended)]


@pytest.mark.terms("24-1", "24-2", "24-3")
def test_data_to_aws_is_charged_once_and_from_aws_only_shown(project: Project, alice_client) -> None:
    made = aws(local_router(project))
    hour = Transfer(jst(4, 20, 10), to_aws=10 * 10**9, from_aws=99 * 10**9)

    for _twice in range(2):
        actions.count(made, [hour], until=jst(4, 20, 11), at=jst(4, 20, 11))

    at = jst(4, 21)
    assert actions.volumes(made, Month.of(at)) == {"out": Decimal(10), "in": Decimal(99)}
    assert estimates.month_so_far([made.contract_id], at=at) == {made.contract_id: 55000 + 10 * 5}


@pytest.mark.terms("24-2")
def test_the_sweep_counts_each_hour_once_and_none_before_the_order(project: Project) -> None:
    made = aws(local_router(project), at=jst(4, 20, 10) + timedelta(minutes=30))
    drain(at=jst(4, 20, 11))

    for _twice in range(2):
        tasks.count_aws_data(jst(4, 20, 13) + timedelta(minutes=5))

    hours = sorted(set(made.contract.counts.values_list("at", flat=True)))
    assert hours == [jst(4, 20, 10) + timedelta(minutes=30), jst(4, 20, 11), jst(4, 20, 12)]
    assert made.refreshed().counted_until == jst(4, 20, 13)


def test_states_follow_aws_and_the_project_is_told(project: Project, settings) -> None:
    settings.SIMULATED_DELAY = 60
    made = aws(local_router(project), at=NOON)
    seen = []
    for minutes in (0, 1, 2, 3, 4):
        at = NOON + timedelta(minutes=minutes)
        drain(at=at)
        tasks.look_at_aws(at)
        drain(at=at)
        seen.append(made.refreshed().state)
    SimulatedMachine.objects.filter(ref=f"aws-{made.pk}").update(power="down")
    tasks.look_at_aws(NOON + timedelta(minutes=5))
    drain(at=NOON + timedelta(minutes=5))

    assert list(dict.fromkeys(seen)) == ["REQUESTED", "PENDING", "AVAILABLE"]
    assert made.refreshed().state == "DOWN"
    assert Notice.objects.filter(kind="aws.state").count() == 4


def test_what_aws_rejects_is_shown_with_its_reason_and_can_be_deleted(project: Project, alice_client) -> None:
    SimulatedFault.objects.create(call="order_line", error="Rejected", text="No such account.")
    made = aws(local_router(project))
    drain(at=MORNING)

    assert (made.refreshed().state, made.reason) == ("REJECTED", "No such account.")
    assert "No such account." in alice_client.get(f"/aws-connections/{made.number}/").content.decode()
    actions.delete(made, by=SYSTEM, at=NOON)


@pytest.mark.terms("27-1")
def test_staff_tell_of_an_abolition_and_on_its_day_all_end(project: Project, elsewhere: Project) -> None:
    made = aws(local_router(project))
    local_router(elsewhere)
    news = AwsNews(title="AWS ends it", text="?", effective_on=date(2026, 5, 1), abolishes=True)

    assert actions.tell(news, by=SYSTEM, at=NOON) == 1
    tasks.end_abolished_aws(jst(4, 30, 23))
    assert made.refreshed().state == "ORDERING"
    for _twice in range(2):
        tasks.end_abolished_aws(jst(5, 1, 0))

    assert (made.refreshed().state, made.contract.refreshed().state) == ("DELETED", "ENDED")
    assert "27-1" in Notice.objects.get(kind="aws.news").text


def test_one_is_shown_edited_protected_and_deleted_in_the_browser(project: Project, alice_client) -> None:
    made = aws(local_router(project))
    url = f"/aws-connections/{made.number}/"
    assert "to-aws" in alice_client.get("/aws-connections/").content.decode()
    assert alice_client.post(f"{url}edit", {"name": "tokyo"}).status_code == 302
    detail = alice_client.get(url).content.decode()
    assert all(words in detail for words in ("tokyo", "123456789012", "¥55,000", "第26条", "第24条"))
    assert alice_client.post(f"{url}protection").status_code == 302
    assert alice_client.post(f"{url}delete", {"confirm": "tokyo"}).status_code == 422
    assert alice_client.post(f"{url}protection").status_code == 302
    assert alice_client.post(f"{url}delete", {"confirm": "tokyo"}).status_code == 302

    assert made.refreshed().state == "DELETED"


def test_programs_order_read_and_delete_it(project: Project, monkeypatch) -> None:
    api, router, at = client_of(project), local_router(project), "/api/panel/1.0/aws-connections"
    aws(router)
    body = {"Name": "x", "LocalRouter": {"ID": router.number}, "AwsAccount": "123456789012"}
    assert api.post(at, {"AwsConnection": {**body, "LocalRouter": None}}).status == 400
    made = api.post(at, {"AwsConnection": body})

    assert made.status == 201, made.json
    one = f"{at}/{made.json['AwsConnection']['ID']}"
    assert api.get(one).json["AwsConnection"]["State"] == "ordering"
    assert api.get(f"{one}/traffic").json["Traffic"] == {"ToAws": 0.0, "FromAws": 0.0}
    assert api.delete(one).status == 200
    assert api.get(one).status == 404


def test_the_list_costs_the_same_queries_for_1_and_30(
    project: Project, alice_client, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    router = local_router(project)
    aws(router)
    alice_client.get("/aws-connections/")
    with django_assert_max_num_queries(30) as one:
        alice_client.get("/aws-connections/")
    for n in range(29):
        aws(router, f"n{n}")

    with django_assert_num_queries(len(one.captured_queries)):
        alice_client.get("/aws-connections/")


# -- boto3 ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(settings) -> Any:
    settings.AWS_INTERCONNECT = "dxcon-ours"
    return boto3.client("directconnect", region_name="ap-northeast-1", aws_access_key_id="x", aws_secret_access_key="x")


def hosted(state: str, name: str = "aws-7") -> dict[str, Any]:
    return {"connectionId": "dxcon-1", "connectionName": name, "connectionState": state}


ASKED, ORDERED = {"connectionId": "dxcon-ours"}, {
    "connectionId": "dxcon-ours", "ownerAccount": "123456789012", "bandwidth": "100Mbps", "connectionName": "aws-7",
    "vlan": 2,
}  # fmt: skip


def test_boto_orders_a_hosted_connection_once(client) -> None:
    with Stubber(client) as aws_says:
        aws_says.add_response("describe_hosted_connections", {"connections": [hosted("deleted")]}, ASKED)
        aws_says.add_response("allocate_hosted_connection", hosted("ordering"), ORDERED)
        first_page = {"connections": [hosted("available", "other")], "nextToken": "n"}
        aws_says.add_response("describe_hosted_connections", first_page, ASKED)
        again = {"connections": [hosted("ordering")]}
        aws_says.add_response("describe_hosted_connections", again, {**ASKED, "nextToken": "n"})
        states = [Boto(client).order("aws-7", SPEC, key=KEY, at=NOON) for _twice in range(2)]
        aws_says.assert_no_pending_responses()

    assert states == ["REQUESTED", "REQUESTED"]


@pytest.mark.parametrize(
    "theirs, ours",
    [("ordering", "REQUESTED"), ("requested", "PENDING"), ("pending", "PENDING"), ("available", "AVAILABLE"),
     ("down", "DOWN"), ("unknown", "DOWN"), ("rejected", "REJECTED")],
)  # fmt: skip
def test_boto_knows_each_state(client, theirs: str, ours: str) -> None:
    with Stubber(client) as aws_says:
        aws_says.add_response("describe_hosted_connections", {"connections": [hosted(theirs)]}, ASKED)

        assert Boto(client).state("aws-7", at=NOON) == ours


@pytest.mark.parametrize("state", ["deleting", "deleted"])
def test_boto_says_what_is_gone(client, state: str) -> None:
    with Stubber(client) as aws_says:
        aws_says.add_response("describe_hosted_connections", {"connections": [hosted(state)]}, ASKED)

        with pytest.raises(Gone):
            Boto(client).state("aws-7", at=NOON)


@pytest.mark.parametrize("code, kind", [("DirectConnectClientException", Rejected), ("ThrottlingException", Retryable),
                                        ("DirectConnectServerException", Retryable)])  # fmt: skip
def test_boto_tells_refusals_from_passing_trouble(client, code: str, kind: type[Exception]) -> None:
    with Stubber(client) as aws_says:
        aws_says.add_client_error("describe_hosted_connections", code, "why")

        with pytest.raises(kind, match="why"):
            Boto(client).state("aws-7", at=NOON)


@mock_aws
def test_boto_deletes_at_moto(client) -> None:
    there = client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="aws-7")["connectionId"]
    driver = Boto(client)
    driver._found = lambda ref: {"connectionId": there}  # type: ignore[method-assign]  # moto hosts no connections

    driver.delete("aws-7", key=KEY, at=NOON)

    [one] = client.describe_connections(connectionId=there)["connections"]
    assert one["connectionState"] == "deleted"


def test_without_the_extra_the_error_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)

    with pytest.raises(Rejected, match=r"engawa\[aws\]"):
        new_client()


FEED = "vlan,hour,to_aws,from_aws\n"


def fed(text: str, at: datetime) -> readings.Counted:
    return readings.take(readings.read((FEED + text).encode(), at=at), at=at)


@pytest.mark.terms("24-1", "24-2")
def test_what_our_routers_measured_is_counted_once_for_whoever_had_the_line(
    project: Project, elsewhere: Project
) -> None:
    first = aws(local_router(project), at=jst(4, 20, 10))
    actions.delete(first, by=SYSTEM, at=jst(4, 20, 12))
    drain(at=jst(4, 20, 12))
    second = aws(local_router(elsewhere), at=jst(4, 20, 13))
    assert first.vlan == second.vlan
    text = "".join(
        f"{first.vlan},2026-04-20T{hour}:00:00+09:00,{hour}000000000,5\n" for hour in (9, 10, 11, 12, 13, 14)
    )
    text = text.replace("T9:", "T09:")

    counted = [fed(text, jst(4, 21)) for _twice in range(2)]

    assert [(one.hours, [each.transfer.at for each in one.strange]) for one in counted] == [
        (4, [jst(4, 20, 9), jst(4, 20, 12)])
    ] * 2
    at = Month.of(jst(4, 21))
    assert actions.volumes(first, at)["out"] == Decimal(10 + 11)
    assert actions.volumes(second, at)["out"] == Decimal(13 + 14)


@pytest.mark.parametrize(
    "line",
    [
        "x,2026-04-20T10:00:00+09:00,1,1",
        "3000,2026-04-20T10:00:00,1,1",
        "3000,2026-04-20T10:30:00+09:00,1,1",
        "3000,2026-04-21T12:00:00+09:00,1,1",
        "3000,2026-13-20T10:00:00+09:00,1,1",
        "3000,2026-04-20T10:00:00+09:00,-1,1",
        "3000,2026-04-20T10:00:00+09:00,1",
        "3000,2026-04-20T10:00:00+09:00,1,99999999999999999",
        "3000,2026-04-20T09:00:00+09:00,8,1",
    ],
)
def test_a_file_with_a_bad_line_is_refused_whole_and_the_line_is_named(project: Project, line: str) -> None:
    made = aws(local_router(project))
    good = f"{made.vlan},2026-04-20T09:00:00+09:00,7000000000,1\n3000,2026-04-20T09:00:00+09:00,7,1\n"

    with pytest.raises(Refused) as refusal:
        fed(good + line + "\n", jst(4, 21))

    assert "4行目" in str(refusal.value)
    assert actions.volumes(made, Month.of(jst(4, 21)))["out"] == 0


def test_the_command_counts_a_file_and_names_lines_of_nobody(project: Project, tmp_path: Path, capsys) -> None:
    made = aws(local_router(project))
    file = tmp_path / "lines.csv"
    hour = "2026-04-20T10:00:00+09:00"
    file.write_text(f"{FEED}{made.vlan},{hour},3000000000,0\n4000,{hour},1,1\n")

    call_command("import_aws_traffic", str(file))

    said = capsys.readouterr()
    assert "1 hours counted" in said.out
    assert "VLAN 4000" in said.err
    assert actions.volumes(made, Month.of(jst(4, 21)))["out"] == 3
    with pytest.raises(CommandError, match=r"lines\.csv"):
        call_command("import_aws_traffic", str(tmp_path / "absent" / "lines.csv"))
