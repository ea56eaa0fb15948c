"""The database keeps issued invoices as they are: no code path, no admin and no psql session changes one."""

from django.db import migrations

# An issued invoice is final; a draft may still be discarded.
INVOICES = """
CREATE FUNCTION billing_issued_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an issued invoice is final: write a credit note' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER invoice_final BEFORE UPDATE OR DELETE ON billing_invoice
    FOR EACH ROW WHEN (OLD.state = 'ISSUED') EXECUTE FUNCTION billing_issued_is_final();
CREATE TRIGGER invoice_no_truncate BEFORE TRUNCATE ON billing_invoice EXECUTE FUNCTION billing_issued_is_final();
CREATE TRIGGER line_no_truncate BEFORE TRUNCATE ON billing_invoiceline EXECUTE FUNCTION billing_issued_is_final();
CREATE TRIGGER tax_no_truncate BEFORE TRUNCATE ON billing_invoicetax EXECUTE FUNCTION billing_issued_is_final();
CREATE TRIGGER document_no_truncate BEFORE TRUNCATE ON billing_invoicedocument
    EXECUTE FUNCTION billing_issued_is_final();
"""

# Lines and taxes are only added to drafts, never updated, and removed only before their draft is. These statement
# triggers stand for foreign keys, whose check per row costs as much as the row. Each looks its invoices up by key,
# whatever the size of the tables was when the function was planned: hence no sequential scans.
PARTS = """
CREATE FUNCTION billing_part_of_draft() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT invoice_id FROM parts) p
               WHERE (SELECT state FROM billing_invoice i WHERE i.id = p.invoice_id) IS DISTINCT FROM 'DRAFT') THEN
        RAISE EXCEPTION 'only drafts get or lose lines: write a credit note' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION billing_empty_when_discarded() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (SELECT FROM gone g WHERE EXISTS (SELECT FROM billing_invoiceline l WHERE l.invoice_id = g.id)
                                     OR EXISTS (SELECT FROM billing_invoicetax t WHERE t.invoice_id = g.id)) THEN
        RAISE EXCEPTION 'discard the lines of a draft first' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER line_no_update BEFORE UPDATE ON billing_invoiceline EXECUTE FUNCTION billing_issued_is_final();
CREATE TRIGGER line_added AFTER INSERT ON billing_invoiceline REFERENCING NEW TABLE AS parts
    FOR EACH STATEMENT EXECUTE FUNCTION billing_part_of_draft();
CREATE TRIGGER line_removed AFTER DELETE ON billing_invoiceline REFERENCING OLD TABLE AS parts
    FOR EACH STATEMENT EXECUTE FUNCTION billing_part_of_draft();
CREATE TRIGGER tax_no_update BEFORE UPDATE ON billing_invoicetax EXECUTE FUNCTION billing_issued_is_final();
CREATE TRIGGER tax_added AFTER INSERT ON billing_invoicetax REFERENCING NEW TABLE AS parts
    FOR EACH STATEMENT EXECUTE FUNCTION billing_part_of_draft();
CREATE TRIGGER tax_removed AFTER DELETE ON billing_invoicetax REFERENCING OLD TABLE AS parts
    FOR EACH STATEMENT EXECUTE FUNCTION billing_part_of_draft();
CREATE TRIGGER invoice_discarded AFTER DELETE ON billing_invoice REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION billing_empty_when_discarded();
"""

# What is issued adds up: lines to the subtotal, bases to the subtotal, taxes to the tax. Once per statement, by key.
SUMS = """
CREATE FUNCTION billing_issued_adds_up() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE wrong bigint;
BEGIN
    SELECT i.id INTO wrong
    FROM issued i,
         LATERAL (SELECT sum(amount) AS amount FROM billing_invoiceline WHERE invoice_id = i.id) l,
         LATERAL (SELECT sum(base) AS base, sum(tax) AS tax FROM billing_invoicetax WHERE invoice_id = i.id) t
    WHERE i.state = 'ISSUED'
      AND (l.amount IS DISTINCT FROM i.subtotal OR t.base IS DISTINCT FROM i.subtotal OR t.tax IS DISTINCT FROM i.tax)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'invoice % does not add up', wrong USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER invoice_adds_up_when_issued AFTER UPDATE ON billing_invoice REFERENCING NEW TABLE AS issued
    FOR EACH STATEMENT EXECUTE FUNCTION billing_issued_adds_up();
CREATE TRIGGER invoice_adds_up_when_born AFTER INSERT ON billing_invoice REFERENCING NEW TABLE AS issued
    FOR EACH STATEMENT EXECUTE FUNCTION billing_issued_adds_up();
"""

# Numbers follow each other: the counter only counts up, and an invoice is numbered once.
COUNTER = """
CREATE FUNCTION billing_counts_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'invoice numbers only count up' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER counter_up BEFORE UPDATE ON billing_counter
    FOR EACH ROW WHEN (NEW.value < OLD.value) EXECUTE FUNCTION billing_counts_up();
CREATE TRIGGER counter_kept BEFORE DELETE OR TRUNCATE ON billing_counter EXECUTE FUNCTION billing_counts_up();
INSERT INTO billing_counter (name, value) VALUES ('invoice', 0);
"""

UNDO = """
DROP FUNCTION billing_issued_is_final, billing_part_of_draft, billing_empty_when_discarded, billing_issued_adds_up,
    billing_counts_up CASCADE;
DELETE FROM billing_counter;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [migrations.RunSQL(INVOICES + PARTS + SUMS + COUNTER, UNDO)]
