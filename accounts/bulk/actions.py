"""Beginning a bulk action, trying its rows out, doing them, stopping."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import F, QuerySet, Value
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.access import Actor, person, require
from accounts.bulk import lists
from accounts.bulk.lists import BulkList, BulkVerb
from accounts.bulk.models import BulkRow, BulkRun
from accounts.notices import Topic
from accounts.projects.models import Project
from core import operations
from core.errors import Refused

# Rows that are tried out or done within a request; more are left to a worker, in portions of as many.
AT_ONCE = 50
MOST = 200_000
log = structlog.get_logger(__name__)
State = BulkRow.State


@transaction.atomic
def begin(
    listed: BulkList, verb: BulkVerb, rows: QuerySet[Any], *, project: Project, by: Actor, at: datetime
) -> BulkRun:
    """Keep which rows are picked now; nothing is done to them yet.

    Raises Forbidden when the access level is too low for the verb, Refused for no rows or more than 200,000.
    """
    require(by, project.pk, verb.level)
    assert by.user is not None, "bulk actions are begun by people"
    run = BulkRun.objects.create(
        project=project, user=by.user, address=by.address or None, listed=listed.name, verb=verb.name,
        state_changed_at=at, created_at=at,
    )  # fmt: skip
    run.total = keep(run, rows.values_list(Value(run.pk), "pk", "number", F(listed.label), Value("NEW"), Value("")))
    if not 0 < run.total <= MOST:
        raise Refused(_("Pick at least one row, and at most %(most)s.") % {"most": f"{MOST:,}"})
    run.save(update_fields=["total"])
    if run.total > AT_ONCE:
        operations.ask("bulk.work", run, by=by, at=at)
    return run


def keep(run: BulkRun, rows: QuerySet[Any, Any]) -> int:
    """Write down the rows, however many, in one statement; returns their number."""
    chosen, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        columns = "run_id, subject_pk, number, name, state, text"
        cursor.execute(f"INSERT INTO {BulkRow._meta.db_table} ({columns}) {chosen}", values)
        return int(cursor.rowcount)


@transaction.atomic
def act(run: BulkRun, *, by: Actor, at: datetime) -> None:
    """Let it be done to the rows that are possible. Raises Refused when none is, or it has been decided already."""
    require(by, run.project_id, verb_of(run).level)
    ready = run.rows.filter(state=State.READY).count()
    if not ready:
        raise Refused(_("It is possible for none of these rows."))
    moved = run.move("act", at=at)
    audit.record("bulk.acted", run, moved, by=by, at=at, verb=str(verb_of(run).label), count=ready)
    if ready > AT_ONCE:
        operations.ask("bulk.work", run, by=by, at=at)


@transaction.atomic
def stop(run: BulkRun, *, by: Actor, at: datetime) -> None:
    """Leave the remaining rows as they are. Raises Refused when nothing is left to stop."""
    moved = run.move("stop", at=at)
    audit.record("bulk.stopped", run, moved, by=by, at=at, verb=str(verb_of(run).label))


def verb_of(run: BulkRun) -> BulkVerb:
    return lists.found(run.listed).verb(run.verb)


def resume(run: BulkRun, *, at: datetime) -> bool:
    """Go on for the person who began it, with the rights they have now; whether rows are left."""
    with translation.override(run.user.language):
        return work(run, by=person(run.user, address=run.address or ""), at=at)


def work(run: BulkRun, *, by: Actor, at: datetime) -> bool:
    """Try out or do the next portion of rows; returns whether rows are left."""
    if not run.is_busy:
        return False
    rehearsing = run.state == BulkRun.State.REHEARSING
    rows = list(untouched(run)[:AT_ONCE])
    for row, subject in zip(rows, subjects(run, rows, by), strict=True):
        (rehearse if rehearsing else perform)(verb_of(run), row, subject, by=by, at=at)
    if untouched(run).exists():
        return True
    finish(run, "rehearsed" if rehearsing else "acted", at=at)
    return False


def at_once(run: BulkRun, *, by: Actor, at: datetime) -> None:
    """Work on the rows now when they are few; else a worker does."""
    if len(untouched(run)[: AT_ONCE + 1]) <= AT_ONCE:
        work(run, by=by, at=at)


def untouched(run: BulkRun) -> QuerySet[BulkRow]:
    """The rows that are still to be tried out, or to be done."""
    state = State.NEW if run.state == BulkRun.State.REHEARSING else State.READY
    return run.rows.filter(state=state).order_by("id")


def subjects(run: BulkRun, rows: Sequence[BulkRow], by: Actor) -> list[Any]:
    """What the rows are about, None for what is no longer listed. One query."""
    listed = lists.found(run.listed)
    wanted = listed.rows(by, run.project).select_related(*listed.needs)
    things = wanted.in_bulk([row.subject_pk for row in rows])
    return [things.get(row.subject_pk) for row in rows]


def rehearse(verb: BulkVerb, row: BulkRow, subject: Any, *, by: Actor, at: datetime) -> None:
    """Do it and take it back; keep whether it would be refused, and why."""
    text = tried(verb, subject, by=by, at=at, take_back=True)
    BulkRow.objects.filter(pk=row.pk, state=State.NEW).update(state=State.REFUSED if text else State.READY, text=text)


def perform(verb: BulkVerb, row: BulkRow, subject: Any, *, by: Actor, at: datetime) -> None:
    """Do it to one row, once, however many workers try; a refusal is kept with the row."""
    with transaction.atomic():
        if not BulkRow.objects.filter(pk=row.pk, state=State.READY).update(state=State.DONE):
            return
        text = tried(verb, subject, by=by, at=at)
        if text:
            BulkRow.objects.filter(pk=row.pk).update(state=State.FAILED, text=text)


def tried(verb: BulkVerb, subject: Any, *, by: Actor, at: datetime, take_back: bool = False) -> str:
    """Do it in a transaction of its own; returns why it was not done, "" when it was."""
    if subject is None:
        return _("It is no longer there.")
    try:
        with transaction.atomic():
            require(by, subject.project_id, verb.level)
            verb.act(subject, by=by, at=at)
            transaction.set_rollback(take_back)
    except Refused as refusal:
        return str(refusal)[:500]
    except Exception:
        log.exception("bulk_row_failed", verb=verb.name, subject=repr(subject))
        return _("It went wrong on our side. Nothing was changed; please try again or ask us.")
    return ""


def finish(run: BulkRun, move: str, *, at: datetime) -> None:
    """Every row is tried out, or done; a long one is told to the person."""
    try:
        with transaction.atomic():
            run.move(move, at=at)
            if move == "acted" and run.total > AT_ONCE:
                tell(run, at=at)
    except Refused:  # stopped meanwhile, or finished by another worker
        run.refresh_from_db()


def tell(run: BulkRun, *, at: datetime) -> None:
    """Tell the person what became of the rows."""
    done = run.rows.filter(state=State.DONE).count()
    notices.send(
        "bulk.done", run, to=run.user, topic=Topic.SERVICE, occasion="done", act_url=run.get_absolute_url(), at=at,
        verb=verb_of(run).label, done=done, rest=run.total - done,
    )  # fmt: skip


@transaction.atomic
def forget(run: BulkRun) -> None:
    """Remove an old run; what it did stands in the event log."""
    BulkRow.objects.filter(run=run)._raw_delete(using="default")
    run.delete()
