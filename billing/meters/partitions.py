"""Tables of counts, one a month, made before it begins; what is of another month lies in `billing_count_other`."""

from datetime import date, datetime

from django.db import connection, transaction

from core.calendar import Month

AHEAD = 3  # months

# Months that have a table, and months of which something lies in the table of all others.
FOUND = """
SELECT (SELECT array_agg(c.relname::text) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'billing_count'::regclass),
       (SELECT array_agg(DISTINCT month) FROM billing_count_other)
"""

# A close or a batch at work isn't waited for (nor made to wait behind us): the next night tries again.
MAKE = """
SET LOCAL lock_timeout = '3s';
LOCK TABLE billing_count_other IN ACCESS EXCLUSIVE MODE;
CREATE TABLE {table} (LIKE billing_count INCLUDING ALL);
WITH moved AS (DELETE FROM billing_count_other WHERE month = '{month}' RETURNING *)
    INSERT INTO {table} SELECT * FROM moved;
ALTER TABLE billing_count ATTACH PARTITION {table} FOR VALUES FROM ('{month}') TO ('{next_month}')
"""


def lacking(at: datetime) -> list[Month]:
    """Months that should have a table of their own but have none: this one, three ahead, and any with counts."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND)
        tables, others = cursor.fetchone()
    this = Month.of(at)
    strays: list[date] = others or []
    wanted = {this.plus(n) for n in range(AHEAD + 1)} | {Month.of(day) for day in strays}
    return sorted(month for month in wanted if table_of(month) not in (tables or []))


@transaction.atomic
def make(month: Month) -> None:
    """Give a month its table, with what lay elsewhere. Raises OperationalError when the table can't be had in 3 s."""
    days = {"month": month.first_day.isoformat(), "next_month": month.next.first_day.isoformat()}
    with connection.cursor() as cursor:
        cursor.execute(MAKE.format(table=table_of(month), **days))


def table_of(month: Month) -> str:
    """The name of a month's table: billing_count_2026_04."""
    return f"billing_count_{month.year:04d}_{month.month:02d}"
