"""Receipts are final and have no gaps; a stored paper is of a paper of that customer; what was stored moves."""

from django.db import migrations

NUMBERS = """
INSERT INTO billing_counter (name, value) VALUES ('receipt', 0);
CREATE TRIGGER receipt_numbered BEFORE INSERT ON billing_receipt
    FOR EACH ROW EXECUTE FUNCTION billing_numbered('receipt');
CREATE TRIGGER receipt_final BEFORE UPDATE OR DELETE OR TRUNCATE ON billing_receipt
    EXECUTE FUNCTION billing_written_once();
CREATE TRIGGER document_final BEFORE TRUNCATE ON billing_document
    EXECUTE FUNCTION billing_written_once();
"""

# A receipt is of money that came: a payment that succeeded or a transfer, of that customer, of that amount.
PAID = """
CREATE FUNCTION billing_receipt_of_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM billing_paymentattempt a WHERE a.id = NEW.attempt_id AND a.state = 'SUCCEEDED'
                   AND a.organisation_id = NEW.organisation_id AND a.amount = NEW.amount)
       AND NOT EXISTS (SELECT FROM billing_banktransfer t WHERE t.id = NEW.transfer_id
                       AND t.organisation_id = NEW.organisation_id AND t.amount = NEW.amount) THEN
        RAISE EXCEPTION 'a receipt needs a payment of the customer' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER receipt_of_payment BEFORE INSERT ON billing_receipt
    FOR EACH ROW EXECUTE FUNCTION billing_receipt_of_payment();
"""

# A stored paper says whose it is, its number and its total as the paper itself does; drafts have none.
PAPERS = """
CREATE FUNCTION billing_document_of_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM (
        SELECT organisation_id, 'E' || lpad(number::text, 9, '0') AS label, total
        FROM billing_invoice WHERE id = NEW.invoice_id AND state = 'ISSUED'
        UNION ALL
        SELECT organisation_id, 'R' || lpad(number::text, 9, '0'), total
        FROM billing_creditnote WHERE id = NEW.credit_note_id
        UNION ALL
        SELECT organisation_id, 'P' || lpad(number::text, 9, '0'), amount
        FROM billing_receipt WHERE id = NEW.receipt_id
    ) paper WHERE (organisation_id, label, total) = (NEW.organisation_id, NEW.number, NEW.total)) THEN
        RAISE EXCEPTION 'a stored paper is of an issued paper of the customer' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER document_of_paper BEFORE INSERT ON billing_document
    FOR EACH ROW EXECUTE FUNCTION billing_document_of_paper();
"""

MOVED = """
INSERT INTO billing_document (kind, organisation_id, invoice_id, language, number, issued_on, total, as_of, content,
                              sha256, made_at)
SELECT 'INVOICE', i.organisation_id, i.id, i.recipient ->> 'language', 'E' || lpad(i.number::text, 9, '0'),
       (i.issued_at AT TIME ZONE 'Asia/Tokyo')::date, i.total, d.made_at, d.content, d.sha256, d.made_at
FROM billing_invoicedocument d
JOIN billing_invoice i ON i.id = d.invoice_id
ORDER BY i.number;
"""

UNDO = """
DROP FUNCTION billing_receipt_of_payment, billing_document_of_paper CASCADE;
DROP TRIGGER receipt_numbered ON billing_receipt;
DROP TRIGGER receipt_final ON billing_receipt;
DROP TRIGGER document_final ON billing_document;
DELETE FROM billing_counter WHERE name = 'receipt';
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0014_papers")]

    operations = [
        migrations.RunSQL(NUMBERS + PAID + PAPERS, UNDO),
        migrations.RunSQL(MOVED, migrations.RunSQL.noop),
        migrations.DeleteModel("InvoiceDocument"),
    ]
