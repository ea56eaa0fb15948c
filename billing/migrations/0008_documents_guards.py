"""The database keeps return invoices as they are, numbers them without gaps, and lets none give back too much."""

from django.db import migrations

# Numbers come from the counter of that name, whose row is locked until the transaction ends: no gaps, no rivals.
NUMBERS = """
CREATE FUNCTION billing_numbered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE billing_counter SET value = value + 1 WHERE name = TG_ARGV[0] RETURNING value INTO STRICT NEW.number;
    RETURN NEW;
END $$;

CREATE FUNCTION billing_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'issued papers are final' USING ERRCODE = 'restrict_violation';
END $$;

INSERT INTO billing_counter (name, value) VALUES ('credit_note', 0);
CREATE TRIGGER credit_note_numbered BEFORE INSERT ON billing_creditnote
    FOR EACH ROW EXECUTE FUNCTION billing_numbered('credit_note');
"""

FINAL = "".join(
    f"""
CREATE TRIGGER {table}_final BEFORE UPDATE OR DELETE OR TRUNCATE ON billing_{table}
    EXECUTE FUNCTION billing_written_once();
"""
    for table in ("creditnote", "creditnoteline", "creditnotetax", "creditapplication")
)

# A note is of an issued invoice of the same customer; its lines are of lines of that invoice, at their tax rate.
ORIGINALS = """
ALTER TABLE billing_creditnoteline ADD CONSTRAINT credit_names_a_line
    FOREIGN KEY (invoice_id, original_no) REFERENCES billing_invoiceline (invoice_id, line_no);

CREATE FUNCTION billing_credit_of_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM billing_invoice i WHERE i.id = NEW.invoice_id AND i.state = 'ISSUED'
                   AND i.organisation_id = NEW.organisation_id) THEN
        RAISE EXCEPTION 'a return invoice needs an issued invoice of the customer' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_note_of_issued BEFORE INSERT ON billing_creditnote
    FOR EACH ROW EXECUTE FUNCTION billing_credit_of_issued();
"""

# Rivals take turns on the invoice's row; the queries after the lock see what the one before has written.
WITHIN = """
CREATE FUNCTION billing_credit_within() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM billing_invoice WHERE id IN (SELECT invoice_id FROM fresh) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM fresh f
               JOIN billing_creditnote n ON n.id = f.credit_note_id
               JOIN billing_invoiceline l ON l.invoice_id = f.invoice_id AND l.line_no = f.original_no
               WHERE n.invoice_id <> f.invoice_id OR l.tax_rate <> f.tax_rate) THEN
        RAISE EXCEPTION 'a credit line is of a line of its own invoice' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT invoice_id, original_no FROM fresh) f
               JOIN billing_invoiceline l ON l.invoice_id = f.invoice_id AND l.line_no = f.original_no
               WHERE l.amount < (SELECT sum(c.amount) FROM billing_creditnoteline c
                                 WHERE c.invoice_id = f.invoice_id AND c.original_no = f.original_no))
       OR EXISTS (SELECT FROM (SELECT DISTINCT invoice_id, tax_rate FROM fresh) f
                  JOIN billing_invoicetax t ON t.invoice_id = f.invoice_id AND t.rate = f.tax_rate
                  WHERE t.base < (SELECT sum(c.amount) FROM billing_creditnoteline c
                                  WHERE c.invoice_id = f.invoice_id AND c.tax_rate = f.tax_rate)) THEN
        RAISE EXCEPTION 'more is given back than was charged' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER credit_within AFTER INSERT ON billing_creditnoteline REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION billing_credit_within();
"""

# When the transaction ends a note adds up: lines to the subtotal and to the base of each rate, taxes to the tax.
ADDS_UP = """
CREATE FUNCTION billing_credit_note_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE note bigint := coalesce(to_jsonb(NEW) ->> 'credit_note_id', to_jsonb(NEW) ->> 'id');
BEGIN
    IF EXISTS (SELECT FROM billing_creditnote n WHERE n.id = note
               AND (n.subtotal, n.tax) IS DISTINCT FROM (
                   (SELECT sum(amount) FROM billing_creditnoteline WHERE credit_note_id = note),
                   (SELECT sum(tax) FROM billing_creditnotetax WHERE credit_note_id = note)))
       OR EXISTS (SELECT FROM (SELECT tax_rate, sum(amount) AS base FROM billing_creditnoteline
                               WHERE credit_note_id = note GROUP BY tax_rate) l
                  FULL JOIN (SELECT rate, base FROM billing_creditnotetax WHERE credit_note_id = note) t
                       ON t.rate = l.tax_rate
                  WHERE l.base IS DISTINCT FROM t.base) THEN
        RAISE EXCEPTION 'return invoice % does not add up', note USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""
SUMS = ADDS_UP + "".join(
    f"""
CREATE CONSTRAINT TRIGGER {table}_adds_up AFTER INSERT ON billing_{table} DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION billing_credit_note_adds_up();
"""
    for table in ("creditnote", "creditnoteline", "creditnotetax")
)

UNDO = """
ALTER TABLE billing_creditnoteline DROP CONSTRAINT credit_names_a_line;
DROP FUNCTION billing_numbered, billing_written_once, billing_credit_of_issued, billing_credit_within,
    billing_credit_note_adds_up CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0008_documents")]

    operations = [migrations.RunSQL(NUMBERS + FINAL + ORIGINALS + WITHIN + SUMS, UNDO)]
