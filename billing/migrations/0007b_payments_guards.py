"""The books stay in balance: no code path, no admin and no psql session writes an entry that does not sum to zero."""

from django.db import migrations

# Every entry is written whole by one statement, so the statement's own rows must balance. Rows are never changed or
# deleted (trigger of the model), and the table is never emptied.
BALANCE = """
CREATE FUNCTION billing_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM sides GROUP BY kind, source_pk HAVING sum(amount) <> 0) THEN
        RAISE EXCEPTION 'the sides of an entry must sum to zero' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION billing_books_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the books are only added to' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER posting_balances AFTER INSERT ON billing_posting REFERENCING NEW TABLE AS sides
    FOR EACH STATEMENT EXECUTE FUNCTION billing_entry_balances();
CREATE TRIGGER posting_no_truncate BEFORE TRUNCATE ON billing_posting EXECUTE FUNCTION billing_books_are_kept();
"""

# Invoices that were issued before there were books.
BACKFILL = """
INSERT INTO billing_posting (organisation_id, kind, source_pk, account, invoice_id, amount, at)
SELECT i.organisation_id, 'INVOICE', i.id, side.account, side.invoice_id, side.amount, i.issued_at
FROM billing_invoice i, LATERAL (VALUES ('RECEIVABLE', i.id, i.total),
                                        ('REVENUE', NULL, -i.subtotal),
                                        ('TAX', NULL, -i.tax)) side (account, invoice_id, amount)
WHERE i.state = 'ISSUED' AND side.amount <> 0
ON CONFLICT DO NOTHING;
"""

UNDO = "DROP FUNCTION billing_entry_balances, billing_books_are_kept CASCADE"


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_payments")]

    operations = [
        migrations.RunSQL(BALANCE, UNDO),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
    ]
