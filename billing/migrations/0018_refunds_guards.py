"""A refund is of money that an invoice's payment took, never more than that; what was asked for stays as it is."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION billing_refund_of_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paid billing_paymentattempt;
    given bigint;
BEGIN
    IF NEW.attempt_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT * INTO paid FROM billing_paymentattempt WHERE id = NEW.attempt_id FOR NO KEY UPDATE;
    IF paid.purpose <> 'INVOICE' OR paid.state <> 'SUCCEEDED' OR paid.organisation_id <> NEW.organisation_id THEN
        RAISE EXCEPTION 'a refund is of a payment of an invoice of the customer' USING ERRCODE = 'check_violation';
    END IF;
    SELECT coalesce(sum(amount), 0) INTO given FROM billing_refund
    WHERE attempt_id = NEW.attempt_id AND state <> 'FAILED';
    IF given + NEW.amount > paid.amount THEN
        RAISE EXCEPTION 'a payment gives back no more than it took' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refund_of_payment BEFORE INSERT ON billing_refund
    FOR EACH ROW EXECUTE FUNCTION billing_refund_of_payment();

CREATE FUNCTION billing_refund_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'ASKED' AND NEW.state <> OLD.state
       OR (OLD.organisation_id, OLD.amount, OLD.uuid, OLD.reference, OLD.reason) IS DISTINCT FROM
          (NEW.organisation_id, NEW.amount, NEW.uuid, NEW.reference, NEW.reason)
       OR OLD.attempt_id IS DISTINCT FROM NEW.attempt_id THEN
        RAISE EXCEPTION 'a refund stays as it was asked for' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refund_kept BEFORE UPDATE OR DELETE ON billing_refund
    FOR EACH ROW EXECUTE FUNCTION billing_refund_kept();
"""
UNDO = "DROP FUNCTION billing_refund_of_payment, billing_refund_kept CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("billing", "0018_refunds")]

    operations = [migrations.RunSQL(GUARDS, UNDO)]
