"""The schedule as Celery runs it, and how the suite is spread over cores."""

import pytest
from celery.schedules import crontab

from config.celery import Schedule, app, celery_schedule, sweep
from config.engines.trial import parallel
from config.schedule import SWEEPS
from core.schedule import Daily, Every


@pytest.mark.parametrize(
    ("rhythm", "expected"),
    [(Daily(4, 30), crontab(hour="4", minute="30")), (Every(5), crontab(minute="*/5"))],
)
def test_a_rhythm_as_celery_counts_it(rhythm, expected):
    assert celery_schedule(rhythm) == expected


def test_every_sweep_is_due_when_the_schedule_starts():
    rows = Schedule(app=app).schedule

    assert sorted(rows) == sorted(each.name for each in SWEEPS)
    assert [name for name, row in rows.items() if not row.is_due().is_due] == []
    assert {(row.task, tuple(row.args)) for row in rows.values()} == {(sweep.name, (name,)) for name in rows}


def test_days_are_counted_in_japan():
    assert str(app.timezone) == "Asia/Tokyo"


def test_a_task_runs_the_sweep_it_names(db):
    for each in SWEEPS:
        assert sweep(each.name) is None

    with pytest.raises(KeyError):
        sweep("no such sweep")


@pytest.mark.parametrize(
    ("arguments", "spread"),
    [([], True), (["-q"], True), (["-q", "tests/core"], False), (["-k", "month"], False), (["--pdb"], False)],
)
def test_the_whole_suite_uses_all_cores_and_a_picked_part_one(arguments, spread):
    assert ("-n" in parallel(arguments)) is spread
