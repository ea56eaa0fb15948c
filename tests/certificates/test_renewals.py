"""Renewing: the days of A3, the last second to decline, short lives, failures, limits, authorities that end."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from accounts.access import SYSTEM, Actor
from accounts.deadlines.models import Deadline
from accounts.notices import hooks
from accounts.notices.models import Notice
from billing.contracts.tasks import end_contracts
from certificates.authorities import actions as authorities
from certificates.authorities.models import Authority
from certificates.drivers import Window
from certificates.drivers.models import DevelopmentOrder
from certificates.orders import actions as orders
from certificates.orders.models import Certificate, Issuance
from certificates.renewals import actions as renewals
from certificates.rules import Life, pause, spread, stage
from compute.drivers.models import SimulatedFault, SimulatedMachine
from compute.load_balancers.models import LoadBalancer
from core.calendar import JST, end_of_day, jst_date, midnight
from core.errors import Refused
from core.operations.models import Operation
from tests.certificates.conftest import DAY, again, balancer_of, issued, sweep
from tests.make import MORNING

SECOND = timedelta(seconds=1)


def life(days: float, *, not_after: datetime) -> Life:
    return Life(not_after - timedelta(days=days), not_after)


def jst(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=JST)


@pytest.mark.terms("84-2")
@pytest.mark.parametrize(
    "not_after, last",
    [
        (jst(2026, 3, 31, 9), date(2026, 3, 1)),
        (jst(2028, 3, 30, 9), date(2028, 2, 29)),
        (jst(2026, 3, 1, 9), date(2026, 1, 30)),
        (datetime(2026, 3, 31, 15, 30, tzinfo=UTC), date(2026, 3, 2)),
    ],
)
def test_the_last_day_to_decline_is_the_30th_before_the_last_day_in_japan(not_after: datetime, last: date) -> None:
    assert life(90, not_after=not_after).opt_out_until == last


@pytest.mark.parametrize(
    "days, opens",
    [
        (90, jst(2026, 6, 1)),  # the midnight after 31 May; 2/3 of the life is 31 May, 09:00
        (64, jst(2026, 6, 9, 1)),  # 2/3 of the life
        (45, jst(2026, 6, 15, 9)),
        (6, jst(2026, 6, 27, 9)),  # half of it
    ],
)
def test_renewing_begins_at_the_later_of_the_next_midnight_and_two_thirds_of_the_life(
    days: int, opens: datetime
) -> None:
    found = life(days, not_after=jst(2026, 6, 30, 9))

    assert found.opens == opens
    assert opens <= found.renewal(None, 0.0) <= found.renewal(None, 1.0) < found.not_after
    assert jst_date(opens) > found.opt_out_until


def test_the_authoritys_window_decides_inside_that_and_comes_earlier_only_when_it_is_over() -> None:
    found = life(90, not_after=jst(2026, 6, 30, 9))
    inside = Window(jst(2026, 6, 5), jst(2026, 6, 7))
    early = Window(jst(2026, 5, 20), jst(2026, 6, 3))
    revoking = Window(jst(2026, 4, 10), jst(2026, 4, 11))

    assert found.renewal(inside, 0.5) == jst(2026, 6, 6)
    assert found.opens <= found.renewal(early, 0.0) <= found.renewal(early, 1.0) <= early.end
    assert found.renewal(revoking, 0.5) == jst(2026, 4, 10, 12)


@pytest.mark.parametrize(
    "left, days", [(31, None), (30, 30), (15, 30), (14, 14), (7, 7), (4, 7), (3, 3), (1, 1), (0, 1)]
)
def test_stages_of_failure_notices(left: int, days: int | None) -> None:
    end = jst(2026, 6, 30, 9)

    assert stage(end, midnight(jst_date(end) - left * DAY) + timedelta(hours=3)) == days
    assert stage(end, end) is None


def test_the_pause_is_never_shorter_than_what_the_authority_asks_for() -> None:
    assert pause(1, 7200, 0.5) == timedelta(hours=2)
    assert pause(1, 0, 0.5) == timedelta(minutes=1)


@pytest.mark.terms("84-2")
def test_declined_in_the_last_second_it_stays_until_it_expires_and_is_not_revoked(
    certificate: Certificate, alice: Actor
) -> None:
    assert certificate.current is not None
    last = certificate.current.life.opt_out_until
    assert last == date(2026, 5, 31)
    deadline = Deadline.objects.get(kind="deadline.certificate_opt_out")
    assert deadline.due_at == end_of_day(last)

    orders.opt_out(certificate, by=alice, at=end_of_day(last) - SECOND)

    certificate = again(certificate)
    assert (certificate.state, certificate.contract.state, certificate.contract.ends_on) == (
        "OPTED_OUT", "ENDING", date(2026, 6, 30),
    )  # fmt: skip
    assert not Deadline.objects.ahead(MORNING).filter(kind="deadline.certificate_opt_out").exists()
    sweep(midnight(date(2026, 6, 30)))
    assert SimulatedMachine.objects.get(ref=certificate.balancer.ref).spec["certificates"] != []
    midnight_after = end_of_day(date(2026, 6, 30)) + timedelta(minutes=20)
    end_contracts(midnight_after)
    sweep(midnight_after)

    certificate = again(certificate)
    assert (certificate.state, certificate.contract.ended_on) == ("DELETED", date(2026, 6, 30))
    assert SimulatedMachine.objects.get(ref=certificate.balancer.ref).spec["certificates"] == []
    assert not Operation.objects.filter(kind="certificate.revoke").exists()
    assert Issuance.objects.count() == 1


@pytest.mark.terms("84-2")
def test_one_second_later_it_is_refused_and_renewed(certificate: Certificate, alice: Actor) -> None:
    assert certificate.current is not None
    late = end_of_day(certificate.current.life.opt_out_until)
    with pytest.raises(Refused) as refused:
        orders.opt_out(certificate, by=alice, at=late)
    assert (refused.value.clause, again(certificate).state) == ("84-2", "ISSUED")
    assert certificate.renew_at is not None
    assert certificate.renew_at >= late
    sweep(certificate.renew_at - SECOND)
    assert Issuance.objects.count() == 1

    sweep(certificate.renew_at)

    renewed = again(certificate)
    assert renewed.current is not None
    assert (renewed.state, renewed.current.ordinal, renewed.current.purpose) == ("ISSUED", 1, "RENEWAL")
    assert renewed.current.replaces == ""
    assert DevelopmentOrder.objects.order_by("-pk")[0].replaces == certificate.current.serial
    known = SimulatedMachine.objects.get(ref=renewed.balancer.ref).spec
    assert known["certificates"] == [renewed.current.fingerprint]
    assert renewed.contract.refreshed().term_on == jst_date(renewed.current.life.not_after)


def test_who_declined_may_change_their_mind_while_it_is_valid(certificate: Certificate, alice: Actor) -> None:
    orders.opt_out(certificate, by=alice, at=MORNING + DAY)

    orders.opt_in(again(certificate), by=alice, at=MORNING + 2 * DAY)

    certificate = again(certificate)
    assert (certificate.state, certificate.contract.state, certificate.contract.ends_on) == ("ISSUED", "ACTIVE", None)
    assert Deadline.objects.ahead(MORNING).filter(kind="deadline.certificate_opt_out").count() == 1
    assert certificate.renew_at is not None


@pytest.mark.terms("79-2")
def test_a_new_version_of_the_upper_terms_blocks_no_renewal(certificate: Certificate) -> None:
    from accounts.consents.models import Document

    text = {"ja": {"title": "x", "body": "y"}}
    day = date(2026, 4, 2)
    Document.objects.create(code="ca-development", version=2, effective_on=day, texts=text, hashes={"ja": "0"})
    assert certificate.renew_at is not None

    sweep(certificate.renew_at)

    assert Issuance.objects.filter(state="DONE").count() == 2


def test_one_renewal_at_a_time(certificate: Certificate) -> None:
    at = MORNING + 70 * DAY
    renewals.start(certificate, by=SYSTEM, at=at)

    with pytest.raises(Refused):
        renewals.start(again(certificate), by=SYSTEM, at=at)

    assert Issuance.objects.count() == 2


def test_failures_are_told_at_30_14_7_3_and_1_days_and_trying_goes_on_after_the_end(certificate: Certificate) -> None:
    SimulatedFault.objects.create(call="ca_begin", error="Retryable", text="HTTP 500", times=99)
    organisation = certificate.project.organisation
    hook, _secret = hooks.add(organisation, url="https://hooks.example.jp/", topics=["TERMS"], by=SYSTEM, at=MORNING)
    assert certificate.not_after is not None
    day = jst_date(certificate.not_after) - 31 * DAY
    Certificate.objects.update(renew_at=midnight(day))
    while midnight(day) < certificate.not_after + 2 * DAY:
        sweep(midnight(day) + timedelta(hours=3))
        day += DAY

    told = Notice.objects.filter(kind="certificate.renewal_fails").order_by("pk")
    assert [one.occasion.partition(":")[2] for one in told] == ["30", "14", "7", "3", "1"]
    assert "HTTP 500" in told[0].text
    posted = hook.deliveries.filter(kind="certificate.renewal_fails").order_by("pk")
    assert [(one.occasion, one.title) for one in posted] == [(one.occasion, one.title) for one in told]
    assert all("HTTP 500" in one.said["text"] for one in posted)
    assert Notice.objects.filter(kind="certificate.expired").count() == 1
    assert again(certificate).state == "EXPIRED"
    SimulatedFault.objects.update(times=0)
    sweep(midnight(day + DAY) + timedelta(hours=23))
    assert again(certificate).state == "ISSUED"


def test_nothing_is_told_while_renewing_succeeds(certificate: Certificate) -> None:
    assert certificate.renew_at is not None
    sweep(certificate.renew_at)
    sweep(certificate.renew_at + DAY)

    assert not Notice.objects.filter(kind__in=("certificate.renewal_fails", "certificate.expired")).exists()


def test_who_has_a_week_left_to_decline_is_reminded_once(certificate: Certificate) -> None:
    sweep(jst(2026, 5, 20, 3, 10))
    assert not Notice.objects.filter(kind="certificate.opt_out_reminder").exists()

    sweep(jst(2026, 5, 26, 3, 10))
    sweep(jst(2026, 5, 27, 3, 10))

    assert Notice.objects.filter(kind="certificate.opt_out_reminder").count() == 1


@pytest.mark.terms("83-1")
def test_a_revocation_by_the_authority_is_seen_and_mended_by_a_new_one(certificate: Certificate, alice: Actor) -> None:
    DevelopmentOrder.objects.update(revoked_at=MORNING)
    sweep(MORNING + DAY)
    certificate = again(certificate)
    assert (certificate.state, certificate.contract.is_running) == ("REVOKED", True)
    assert Notice.objects.filter(kind="certificate.revoked_by_ca").count() == 1

    orders.reissue(certificate, by=alice, at=MORNING + DAY)
    sweep(MORNING + DAY, "watch")

    certificate = again(certificate)
    assert certificate.current is not None
    assert (certificate.state, certificate.current.purpose) == ("ISSUED", "REISSUE")


def test_a_window_in_the_past_announces_a_revocation_and_renews_at_once(certificate: Certificate) -> None:
    DevelopmentOrder.objects.update(renew_from=MORNING, renew_to=MORNING + timedelta(hours=1))
    sweep(MORNING + DAY, "watch")
    sweep(MORNING + DAY, "renew_certificates")

    renewed = again(certificate)
    assert renewed.current is not None
    assert renewed.current.ordinal == 1


def test_an_authority_that_ends_is_announced_and_left_for_its_successor(certificate: Certificate, alice: Actor) -> None:
    other = Authority.objects.create(
        code="second", name="Second CA", driver="development", terms="ca-development", is_open=True
    )
    first = certificate.authority

    told = authorities.end(
        first, ends_on=date(2026, 6, 1), successor=other, text="It closes.", by=SYSTEM, at=MORNING + DAY
    )
    sweep(MORNING + DAY)

    renewed = again(certificate)
    assert renewed.current is not None
    assert (told, renewed.authority, renewed.current.authority) == (1, other, other)
    assert "It closes." in Notice.objects.get(kind="certificate.authority_ends").text
    assert not Authority.objects.get(pk=first.pk).is_open


def test_renewals_beyond_an_authoritys_limit_wait_the_most_urgent_first(balancer: LoadBalancer) -> None:
    made = [issued(balancer, f"s{n}.example.jp", at=MORNING + n * DAY) for n in range(4)]
    Authority.objects.update(orders_limit=3)  # 2 for renewals, 1 is left to new orders
    Certificate.objects.update(renew_at=MORNING + 65 * DAY)
    at = MORNING + 66 * DAY

    sweep(at, "renew_certificates")
    first = [one.pk for one in made if again(one).current != one.current]
    sweep(at + timedelta(hours=1), "renew_certificates")
    assert Issuance.objects.filter(purpose="RENEWAL").count() == 2
    sweep(at + timedelta(hours=3, seconds=1), "renew_certificates")

    assert first == [made[0].pk, made[1].pk]
    assert Issuance.objects.filter(purpose="RENEWAL", state="DONE").count() == 4


def test_ten_thousand_that_are_due_in_one_night_keep_the_limit_and_none_expires() -> None:
    """Let's Encrypt takes 300 orders in 3 hours; the tenth part is left to new orders."""
    limit, window = 270, authorities.WINDOW
    night = [jst(2026, 6, 1, 2) + n * timedelta(seconds=1) for n in range(10_000)]
    lives = [Life(at, at + 90 * DAY) for at in night]
    jittered = [one.renewal(None, n * 0.618 % 1) for n, one in enumerate(lives)]

    begun, planned = spread([one.opens for one in lives], limit, window), spread(jittered, limit, window)

    for moments in (begun, planned):
        assert max(most_in(moments, window), 0) <= limit
        assert all(
            at < one.not_after for at, one in zip(moments, sorted(lives, key=lambda x: x.not_after), strict=True)
        )
    assert most_in(begun, window) == limit
    assert begun[-1] - begun[0] < 5 * DAY
    assert most_in(planned, window) == 140


@pytest.mark.parametrize("days, most", [(90, 131_760), (64, 92_160), (45, 64_800), (6, 6_480)])
def test_staff_see_how_many_certificates_a_limit_can_keep_renewed(days: int, most: int, staff_client: Client) -> None:
    """270 renewals in 3 hours are 2,160 a day: for 61, 42.7, 30 and 3 days between two of the same certificate."""
    Authority.objects.filter(code="development").update(orders_limit=300, life_days=days)

    assert authorities.carried(Authority.objects.get(code="development")) == most
    assert f"{most:,}" in staff_client.get("/staff/certificates/authority/").content.decode()


def most_in(moments: list[datetime], window: timedelta) -> int:
    """The most of them in any half-open window."""
    most, first = 0, 0
    for last, at in enumerate(moments):
        while moments[first] <= at - window:
            first += 1
        most = max(most, last - first + 1)
    return most


def test_two_projects_have_nothing_to_do_with_each_other(certificate: Certificate, elsewhere: object) -> None:
    other = issued(balancer_of(elsewhere, "theirs"))  # type: ignore[arg-type]

    assert (other.names, other.state) == (certificate.names, "ISSUED")
