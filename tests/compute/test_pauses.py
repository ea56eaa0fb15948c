"""Article 7: what happens when a server stays stopped."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.access import SYSTEM, Actor
from accounts.deadlines.models import Deadline
from accounts.notices.models import Notice
from accounts.projects.models import Project
from compute.pauses import actions, rules, tasks
from compute.pauses.models import Measure, PauseCase
from compute.servers import actions as servers
from compute.servers.models import Server
from core.calendar import end_of_day, jst_date, midnight
from core.errors import Refused
from core.operations.draining import drain
from tests.compute.conftest import server_order

STOPPED = midnight(date(2025, 1, 15)) + timedelta(hours=10)


@pytest.mark.terms("7-3")
@pytest.mark.parametrize(
    "paused, last_day, first_violating",
    [
        ("2025-01-15", "2025-04-15", "2025-04-16"),
        ("2025-11-27", "2026-02-27", "2026-02-28"),
        ("2025-11-28", "2026-02-28", "2026-03-01"),
        ("2025-11-29", "2026-02-28", "2026-03-01"),
        ("2025-11-30", "2026-02-28", "2026-03-01"),
        ("2025-12-01", "2026-03-01", "2026-03-02"),
        ("2023-11-30", "2024-02-29", "2024-03-01"),
        ("2024-02-29", "2024-05-31", "2024-06-01"),
    ],
)
def test_a_pause_may_last_three_calendar_months(paused: str, last_day: str, first_violating: str) -> None:
    day = date.fromisoformat(paused)

    assert rules.limit(day).isoformat() == last_day
    assert rules.first_violating_day(day).isoformat() == first_violating


@pytest.mark.terms("7-4")
@pytest.mark.parametrize(
    "noticed, deadline",
    [
        ("2026-01-27", "2026-02-27"),
        ("2026-01-31", "2026-02-28"),
        ("2026-03-01", "2026-04-01"),
        ("2026-12-31", "2027-01-31"),
        ("2028-01-31", "2028-02-29"),
    ],
)
def test_the_grace_is_one_calendar_month_never_30_days(noticed: str, deadline: str) -> None:
    assert rules.deadline(date.fromisoformat(noticed)).isoformat() == deadline


def test_the_first_warning_finds_just_the_pauses_that_reached_it() -> None:
    for offset in range(800):
        paused_on = date(2024, 1, 1) + timedelta(days=offset)
        stopped = end_of_day(paused_on) - timedelta(seconds=1)
        due = midnight(rules.first_warning(paused_on))

        assert stopped < rules.warned_if_stopped_before(due)
        assert stopped >= rules.warned_if_stopped_before(due - timedelta(seconds=1))


@pytest.fixture
def paused(project: Project, alice: Actor) -> Server:
    """Ordered and started in December 2024, stopped by Alice on 15 January 2025 at 10:00."""
    ordered = datetime(2024, 12, 1, tzinfo=UTC)
    server = servers.create(project, server_order(start=True), by=alice, at=ordered)
    drain(at=ordered)
    servers.stop(server.refreshed(), by=alice, at=STOPPED)
    drain(at=STOPPED)
    return server.refreshed()


def night(day: str) -> datetime:
    """02:00 JST of that day, when the schedule looks."""
    return midnight(date.fromisoformat(day)) + timedelta(hours=2)


def notices() -> list[str]:
    return list(Notice.objects.filter(kind__startswith="pause").order_by("pk").values_list("kind", flat=True))


def due() -> list[tuple[str, str]]:
    """What the customer's list of deadlines says."""
    rows = Deadline.objects.filter(done_at=None).order_by("pk")
    return [(row.kind, str(jst_date(row.due_at - timedelta(seconds=1)))) for row in rows]


def case() -> PauseCase:
    return PauseCase.objects.select_related("server__project__organisation").get()


@pytest.mark.terms("7-3", "7-4", "7-5")
def test_a_pause_is_warned_twice_then_noticed_then_left_to_staff(paused: Server) -> None:
    tasks.watch_pauses(night("2025-03-14"))
    assert notices() == []
    tasks.watch_pauses(night("2025-03-15"))
    tasks.watch_pauses(night("2025-03-16"))
    assert notices() == ["pause.warning"]
    assert due() == [("deadline.pause_limit", "2025-04-15")]
    tasks.watch_pauses(night("2025-04-01"))
    tasks.watch_pauses(night("2025-04-15"))
    assert (notices(), case().state) == (["pause.warning"] * 2, "WATCHING")

    tasks.watch_pauses(night("2025-04-16"))
    assert (case().state, str(case().deadline_on)) == ("NOTICED", "2025-05-16")
    assert due() == [("deadline.pause_notice", "2025-05-16")]
    tasks.watch_pauses(night("2025-05-16"))
    assert case().state == "NOTICED"
    tasks.watch_pauses(night("2025-05-17"))

    assert (case().state, due()) == ("EXPIRED", [])
    assert notices() == ["pause.warning", "pause.warning", "pause.notice"]
    assert paused.refreshed().state == "STOPPED"


def test_a_schedule_that_slept_over_everything_sends_only_what_can_still_be_acted_on(paused: Server) -> None:
    tasks.watch_pauses(night("2025-07-01"))

    assert notices() == ["pause.warning", "pause.notice"]
    assert str(case().deadline_on) == "2025-08-01"


@pytest.mark.terms("7-4")
def test_resuming_within_the_grace_closes_the_case_and_a_new_stop_counts_anew(paused: Server, alice: Actor) -> None:
    for day in ("2025-03-15", "2025-04-16"):
        tasks.watch_pauses(night(day))
    resumed = end_of_day(date(2025, 5, 16)) - timedelta(seconds=1)
    servers.start(paused, by=alice, at=resumed)
    drain(at=resumed)
    servers.stop(paused, by=alice, at=resumed + timedelta(minutes=2))
    drain(at=resumed + timedelta(minutes=2))

    tasks.resolve_cases(resumed + timedelta(days=3))
    tasks.watch_pauses(night("2025-06-30"))

    assert (case().state, case().resolution) == ("RESOLVED", "RESUMED")
    assert len(notices()) == 2


@pytest.mark.terms("7-4")
def test_resuming_after_the_grace_stays_with_staff_marked_late(paused: Server, alice: Actor) -> None:
    for day in ("2025-03-15", "2025-04-16", "2025-05-17"):
        tasks.watch_pauses(night(day))
    late = end_of_day(date(2025, 5, 16))
    servers.start(paused, by=alice, at=late)
    drain(at=late)

    tasks.resolve_cases(late + timedelta(minutes=5))
    tasks.resolve_cases(late + timedelta(minutes=10))

    assert (case().state, case().resumed_late_at) == ("EXPIRED", late)
    actions.close(case(), by=SYSTEM, at=late + timedelta(days=1))
    assert case().resolution == "RESUMED_LATE"


def test_deleting_the_server_closes_the_case(paused: Server, alice: Actor) -> None:
    tasks.watch_pauses(night("2025-03-15"))
    servers.delete(paused, with_disks=[], by=alice, at=night("2025-03-20"))

    tasks.resolve_cases(night("2025-03-20"))

    assert (case().state, case().resolution) == ("RESOLVED", "TERMINATED")


@pytest.mark.terms("7-4")
def test_staff_may_release_the_notice_themselves_and_lengthen_the_grace_only(paused: Server, settings) -> None:  # type: ignore[no-untyped-def]
    settings.PAUSE_NOTICE = "staff"
    for day in ("2025-03-15", "2025-04-16"):
        tasks.watch_pauses(night(day))
    assert case().state == "VIOLATED"

    with pytest.raises(Refused):
        actions.notify(case(), deadline_on=date(2025, 5, 19), by=SYSTEM, at=night("2025-04-20"))
    assert case().state == "VIOLATED"
    actions.notify(case(), deadline_on=date(2025, 5, 25), by=SYSTEM, at=night("2025-04-20"))
    with pytest.raises(Refused):
        actions.extend(case(), deadline_on=date(2025, 5, 24), by=SYSTEM, at=night("2025-05-01"))
    actions.extend(case(), deadline_on=date(2025, 6, 30), by=SYSTEM, at=night("2025-05-01"))

    assert str(case().deadline_on) == "2025-06-30"


@pytest.fixture
def expired(paused: Server) -> PauseCase:
    for day in ("2025-03-15", "2025-04-16", "2025-05-17"):
        tasks.watch_pauses(night(day))
    return case()


@pytest.mark.terms("7-5")
@pytest.mark.parametrize("kind", ["END", "CANCEL"])
def test_ending_measures_end_the_paused_service_only(expired: PauseCase, kind: str) -> None:
    actions.measure(expired, kind, reason="No answer.", by=SYSTEM, at=night("2025-05-20"))

    server = expired.server.refreshed()
    assert (server.state, server.contract.state) == ("DELETED", "ENDED")
    assert server.project.organisation.state == "ACTIVE"
    assert notices()[-1] == "pause.measure"


@pytest.mark.terms("7-5")
def test_a_restricted_server_cannot_be_started_until_staff_lift_it(expired: PauseCase, alice: Actor) -> None:
    actions.measure(expired, "RESTRICT", reason="No answer.", by=SYSTEM, at=night("2025-05-20"))
    server = expired.server.refreshed()
    with pytest.raises(Refused) as refusal:
        servers.start(server, by=alice, at=night("2025-05-21"))
    assert refusal.value.clause == "7-5"

    servers.restrict(server, restricted=False, by=SYSTEM, at=night("2025-05-22"))
    servers.start(server, by=alice, at=night("2025-05-22"))

    assert server.refreshed().state == "STARTING"


@pytest.mark.terms("7-5")
def test_several_measures_may_be_taken_each_once_and_none_before_the_grace_is_over(expired: PauseCase) -> None:
    for kind in ("RESTRICT", "CONDUCT"):
        actions.measure(expired, kind, reason="No answer.", by=SYSTEM, at=night("2025-05-20"))
    with pytest.raises(Refused):
        actions.measure(expired, "CONDUCT", reason="Again.", by=SYSTEM, at=night("2025-05-21"))

    assert Measure.objects.count() == 2


@pytest.mark.terms("7-5")
def test_no_measure_before_the_grace_is_over(paused: Server) -> None:
    for day in ("2025-03-15", "2025-04-16"):
        tasks.watch_pauses(night(day))

    with pytest.raises(Refused):
        actions.measure(case(), "END", reason="Too early.", by=SYSTEM, at=night("2025-05-16"))

    assert paused.refreshed().state == "STOPPED"
    assert Measure.objects.count() == 0


def test_a_server_never_started_is_never_paused(server: Server) -> None:
    tasks.watch_pauses(night("2028-01-01"))

    assert PauseCase.objects.count() == 0
