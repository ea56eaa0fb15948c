"""The engine between the outbox and the supplier: claim, hand over, write down, settle by receipts.

A claim is committed before anything is on the wire, and nothing claimed is ever claimed again unless it surely was not
sent. Whoever dies in between leaves messages that are shown as unknown, counted once, settled by their receipt.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from billing import meters
from billing.meters import Reading
from sms.audience.models import OptOut
from sms.drivers import Fate, Outcome, Outgoing, Receipt
from sms.messages.models import EarlyReceipt, Message, MessageQuerySet
from sms.subscriptions.models import Subscription, Unit

LEASE_SECONDS = 60
FINAL = {"DELIVRD": "DELIVERED", "UNDELIV": "FAILED", "EXPIRED": "FAILED", "DELETED": "FAILED", "REJECTD": "FAILED",
         "UNKNOWN": "FAILED"}  # fmt: skip
RECONCILE = timedelta(hours=72)
PAUSE = timedelta(seconds=5)
SOURCE = "sms"

SENDABLE = """
    FROM sms_message m
    JOIN sms_subscription s ON s.id = m.subscription_id
    JOIN billing_contract c ON c.id = s.contract_id
    WHERE m.state = 'WAITING' AND m.due_at <= %(at)s AND (m.expires_at IS NULL OR m.expires_at > %(at)s)
      AND (%(only)s::bigint IS NULL OR m.subscription_id = %(only)s)
      AND s.state = 'ACTIVE' AND c.state IN ('PROVISIONAL', 'ACTIVE', 'ENDING')
      AND (c.ends_on IS NULL OR c.ends_on >= (%(at)s AT TIME ZONE 'Asia/Tokyo')::date)
      AND s.restriction <> 'ALL' AND NOT (s.restriction = 'BULK' AND m.batch_id IS NOT NULL)
      AND NOT EXISTS (SELECT FROM sms_interruption i WHERE i.ended_at IS NULL AND i.kind IN ('', s.kind))
      AND NOT (s.kind = 'A2P' AND EXISTS (
          SELECT FROM sms_optout o WHERE o.project_id = m.project_id AND o.destination = m.destination))
"""

CLAIM = f"""
UPDATE sms_message SET state = 'SENDING', state_changed_at = %(at)s, submitted_at = %(at)s, token = token + 1,
       attempts = attempts + 1, lease_until = clock_timestamp() + %(lease)s
WHERE id IN (
    SELECT m.id {SENDABLE} ORDER BY m.urgent DESC, m.due_at, m.id LIMIT %(limit)s FOR UPDATE OF m SKIP LOCKED)
RETURNING *
"""  # noqa: S608  two constants

SETTLE = """
UPDATE sms_message m SET state = v.state, state_changed_at = %(at)s, supplier_id = v.supplier_id, error = v.error,
       lease_until = NULL, done_at = CASE WHEN v.state = 'REFUSED' THEN %(at)s::timestamptz END,
       due_at = CASE WHEN v.state = 'WAITING' THEN %(later)s ELSE m.due_at END,
       submitted_at = CASE WHEN v.state IN ('WAITING', 'REFUSED') THEN NULL ELSE m.submitted_at END
FROM unnest(%(pks)s::bigint[], %(tokens)s::int[], %(states)s::text[], %(ids)s::text[], %(errors)s::text[])
     AS v(pk, token, state, supplier_id, error)
WHERE m.id = v.pk AND m.token = v.token AND m.state IN ('SENDING', 'UNKNOWN')
RETURNING m.id, m.uuid, m.subscription_id, m.characters, m.submitted_at, m.state
"""

REPORT = """
UPDATE sms_message m SET state = v.state, state_changed_at = %(at)s, done_at = %(at)s, lease_until = NULL,
       error = v.error, supplier_id = v.supplier_id
FROM unnest(%(ids)s::text[], %(states)s::text[], %(errors)s::text[]) AS v(supplier_id, state, error)
WHERE m.supplier_id = v.supplier_id AND m.state IN ('SENT', 'UNKNOWN', 'SENDING')
RETURNING m.supplier_id
"""

RECONCILED = """
UPDATE sms_message SET supplier_id = %(supplier_id)s, state = %(state)s, state_changed_at = %(at)s, done_at = %(at)s,
       error = %(error)s
WHERE id = (SELECT id FROM sms_message WHERE state = 'UNKNOWN' AND destination = %(destination)s AND supplier_id = ''
              AND submitted_at > %(since)s
              AND NOT EXISTS (SELECT FROM sms_message s WHERE s.state = 'SENDING' AND s.destination = %(destination)s)
            ORDER BY submitted_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
"""

STATES = {Fate.TAKEN: "SENT", Fate.REFUSED: "REFUSED", Fate.LATER: "WAITING", Fate.UNSENT: "WAITING",
          Fate.UNKNOWN: "UNKNOWN"}  # fmt: skip


def claim(*, limit: int, only: int | None = None, at: datetime) -> list[Outgoing]:
    """Take what is due and may be sent, urgent first; from now on each is surely not sent by anybody else."""
    lease = timedelta(seconds=LEASE_SECONDS)
    rows = Message.objects.raw(CLAIM, {"at": at, "lease": lease, "limit": limit, "only": only})
    ordered = sorted(rows, key=lambda m: (not m.urgent, m.due_at, m.pk))
    return [
        Outgoing(m.pk, m.token, m.uuid, f"sub-{m.subscription_id}", m.sender, m.destination, m.text) for m in ordered
    ]


def sendable(*, only: int | None = None, at: datetime) -> list[int]:
    """The primary keys of the subscriptions that have something to send now."""
    values = {"at": at, "only": only}
    return [row[0] for row in run(f"SELECT DISTINCT m.subscription_id {SENDABLE}", values)]


@transaction.atomic
def settle(outcomes: Sequence[Outcome], *, at: datetime) -> int:
    """Write down what became of submits; what was handed over counts once, in the month of the hand-over (70-1).

    A refusal by the supplier is no hand-over; an unknown outcome counts. Returns how many count.
    """
    if not outcomes:
        return 0
    values = {
        "at": at,
        "later": at + PAUSE,
        "pks": [one.outgoing.pk for one in outcomes],
        "tokens": [one.outgoing.token for one in outcomes],
        "states": [STATES[one.fate] for one in outcomes],
        "ids": [one.supplier_id for one in outcomes],
        "errors": [one.error[:200] for one in outcomes],
    }
    handed = [row for row in run(SETTLE, values) if row[5] in ("SENT", "UNKNOWN")]
    count(handed, at=at)
    taken = [one.supplier_id for one in outcomes if one.supplier_id]
    early = list(EarlyReceipt.objects.filter(supplier_id__in=taken)) if taken else []
    if early:
        report([Receipt(one.supplier_id, one.status, one.error) for one in early], at=at)
        EarlyReceipt.objects.filter(pk__in=[one.pk for one in early]).delete()
    rejoin({one.outgoing.destination for one in outcomes}, at=at)
    return len(handed)


def count(handed: Iterable[Sequence[Any]], *, at: datetime) -> None:
    """Add what was handed over to the meters; the same message counts once however often this is said."""
    rows = list(handed)
    subscriptions = {row[2] for row in rows}
    if not subscriptions:
        return
    units = {unit.kind: unit for unit in Unit.objects.all()}
    senders = Subscription.objects.in_bulk(subscriptions)
    readings = []
    for _pk, uuid, subscription_pk, characters, submitted_at, _state in rows:
        sender = senders[subscription_pk]
        quantity = units[sender.kind].of(characters) if sender.kind in units else 1
        readings.append(Reading(sender.contract_id, sender.item, quantity, uuid.hex, submitted_at))
    meters.add_many(readings, source=SOURCE, at=at)


@transaction.atomic
def report(receipts: Sequence[Receipt], *, at: datetime) -> int:
    """Write down what the supplier reports; repeats change nothing. Returns how many messages became final.

    A receipt whose number nobody knows settles the oldest message of unknown outcome to that number, else it is kept.
    """
    final = {r.supplier_id: r for r in receipts if r.status in FINAL}
    if not final:
        return 0
    values = {
        "at": at,
        "ids": list(final),
        "states": [FINAL[r.status] for r in final.values()],
        "errors": ["" if r.status == "DELIVRD" else f"{r.status} {r.error}".strip() for r in final.values()],
    }
    matched = {row[0] for row in run(REPORT, values)}
    rest = [r for r in final.values() if r.supplier_id not in matched]
    known = set(
        Message.objects.filter(supplier_id__in=[r.supplier_id for r in rest]).values_list("supplier_id", flat=True)
    )
    return len(matched) + sum(reconcile(r, at=at) for r in rest if r.supplier_id not in known)


def reconcile(receipt: Receipt, *, at: datetime) -> int:
    """Settle an unknown outcome by a receipt to its number; else keep the receipt for a submit that is under way."""
    if settled_by(receipt, at=at):
        return 1
    EarlyReceipt.objects.get_or_create(
        supplier_id=receipt.supplier_id,
        status=receipt.status,
        defaults={"at": at, "error": receipt.error[:20], "destination": receipt.destination},
    )
    return 0


def rejoin(destinations: Collection[str], *, at: datetime) -> None:
    """Receipts that were kept settle what has become unknown since, now that nothing to its number is under way."""
    for early in EarlyReceipt.objects.filter(destination__in=destinations).exclude(destination="").order_by("at", "pk"):
        if settled_by(Receipt(early.supplier_id, early.status, early.error, early.destination), at=at):
            early.delete()


def settled_by(receipt: Receipt, *, at: datetime) -> bool:
    """Settle the oldest message of unknown outcome to the receipt's number; while one to it is under way, none."""
    if not receipt.destination:
        return False
    values: dict[str, Any] = {
        "supplier_id": receipt.supplier_id,
        "state": FINAL[receipt.status],
        "error": "" if receipt.status == "DELIVRD" else receipt.status,
        "destination": receipt.destination,
        "since": at - RECONCILE,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(RECONCILED, values)
        return bool(cursor.rowcount)


@transaction.atomic
def recover(*, at: datetime) -> int:
    """What a dead sender had claimed: nobody knows whether it went out. Unknown, counted once, never sent again."""
    lost = Message.objects.select_for_update(skip_locked=True).filter(state="SENDING", lease_until__lt=Now())
    columns = ("pk", "uuid", "subscription_id", "characters", "submitted_at", "state", "destination")
    rows = list(lost.values_list(*columns)[:1000])
    Message.objects.filter(pk__in=[row[0] for row in rows]).update(
        state="UNKNOWN", state_changed_at=at, lease_until=None, error=gettext_noop("The sender was interrupted.")
    )
    count((row[:6] for row in rows), at=at)
    rejoin({row[6] for row in rows}, at=at)
    return len(rows)


def skip(waiting: MessageQuerySet, why: str, *, at: datetime) -> int:
    """Don't send what waits any more, and say why; returns how many."""
    rows = waiting.filter(state="WAITING")
    return rows.update(state="SKIPPED", state_changed_at=at, done_at=at, error=why)


def drop(*, at: datetime) -> None:
    """Skip what can't be sent any more: codes that are over, and numbers that opted out at the last moment."""
    skip(Message.objects.filter(expires_at__lte=at), gettext_noop("It could not be sent in time."), at=at)
    wants_none = OptOut.objects.filter(project=OuterRef("project"), destination=OuterRef("destination"))
    due = Message.objects.due(at).filter(subscription__kind="A2P")
    skip(due.filter(Exists(wants_none)), gettext_noop("The number opted out."), at=at)


def run(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
