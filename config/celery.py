"""The workers and the schedule (design: losing, repeating or shuffling any message changes nothing but latency)."""

import os
from datetime import UTC, datetime

from celery import Celery
from celery.beat import Scheduler
from celery.schedules import BaseSchedule, crontab

from core.schedule import Daily, Every, Rhythm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

VISIBILITY_SECONDS = 600

app = Celery("engawa", broker=settings.REDIS_URL, include=["core.operations.tasks"])
app.conf.update(
    # A task is done when it has ended, not when it was handed out: a killed worker's tasks are given to another.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_soft_time_limit=VISIBILITY_SECONDS * 2 // 5,
    task_time_limit=VISIBILITY_SECONDS * 9 // 20,
    task_serializer="json",
    accept_content=["json"],
    worker_concurrency=int(os.environ.get("WORKER_CONCURRENCY", "2")),
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": VISIBILITY_SECONDS,
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 5,
        "health_check_interval": 25,
    },
    timezone=settings.TIME_ZONE,
    beat_scheduler="config.celery:Schedule",
)


@app.task(name="schedule.sweep")  # type: ignore[untyped-decorator]
def sweep(name: str) -> None:
    """Run one sweep of config/schedule.py on the present clock."""
    from config.schedule import SWEEPS  # the apps must be ready

    {each.name: each for each in SWEEPS}[name](datetime.now(UTC))  # noqa: TID251  the clock enters here


def celery_schedule(rhythm: Rhythm) -> BaseSchedule:
    """A rhythm as Celery's schedule, JST."""
    match rhythm:
        case Daily(hour, minute):
            return crontab(hour=str(hour), minute=str(minute))
        case Every(minutes):
            return crontab(minute=f"*/{minutes}")
    raise TypeError(f"no Celery schedule for {rhythm}")


class Schedule(Scheduler):  # type: ignore[misc]
    """The rows of config/schedule.py, in memory: at each start all are due, so that nothing missed waits for a day."""

    def setup_schedule(self) -> None:
        """Fill the schedule (Celery calls this once the apps are ready)."""
        from config.schedule import SWEEPS

        never = datetime(2000, 1, 1, tzinfo=UTC)
        rows = {each.name: {"args": [each.name], "schedule": celery_schedule(each.rhythm)} for each in SWEEPS}
        self.merge_inplace({name: {"task": sweep.name, "last_run_at": never, **row} for name, row in rows.items()})
