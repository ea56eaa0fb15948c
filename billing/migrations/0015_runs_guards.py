"""Facts that arrive for a closed month leave a mark with them, whatever wrote them: verbs, COPY or psql."""

from django.db import migrations

# The shared side of the lock of each month from the first that facts touch to the one that would be closed next. A run
# is made under the other side (`closing.begin`): so facts are either seen by it, or see it and are marked.
MONTHS = """
CREATE FUNCTION billing_months_held(first date, last date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1701734241, (extract(year FROM m) * 12 + extract(month FROM m))::int)
    FROM generate_series(first, greatest(last, (SELECT max(month) + interval '1 month' FROM billing_billingrun)),
                         interval '1 month') m;
END $$;
"""

# Later months are marked too: traffic decides about silent months to come (37-1).
COUNTS = """
CREATE FUNCTION billing_count_is_late() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE first date;
        last date;
BEGIN
    SELECT min(month), max(month) INTO first, last FROM added;
    IF first IS NOT NULL THEN
        PERFORM billing_months_held(first, last);
        INSERT INTO billing_latemark (organisation_id, month)
        SELECT DISTINCT c.organisation_id, r.month
        FROM (SELECT contract_id, min(month) AS month FROM added GROUP BY contract_id) a
        JOIN billing_billingrun r ON r.month >= a.month
        JOIN billing_contract c ON c.id = a.contract_id AND c.charged;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER count_late AFTER INSERT ON billing_count REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION billing_count_is_late();
"""

# A start touches the months from its beginning on, a stop those from the new end on.
SPANS = """
CREATE FUNCTION billing_spans_are_late(contracts bigint[], since timestamptz[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE first date;
BEGIN
    SELECT min(date_trunc('month', at AT TIME ZONE 'Asia/Tokyo')) INTO first FROM unnest(since) at;
    IF first IS NOT NULL THEN
        PERFORM billing_months_held(first, first);
        INSERT INTO billing_latemark (organisation_id, month)
        SELECT DISTINCT c.organisation_id, r.month
        FROM unnest(contracts, since) AS a (contract_id, at)
        JOIN billing_billingrun r ON r.month >= date_trunc('month', a.at AT TIME ZONE 'Asia/Tokyo')
        JOIN billing_contract c ON c.id = a.contract_id AND c.charged;
    END IF;
END $$;

CREATE FUNCTION billing_span_is_late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM billing_spans_are_late(array_agg(contract_id), array_agg(lower(period))) FROM added;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM billing_spans_are_late(array_agg(contract_id), array_agg(lower(period))) FROM gone;
    ELSE
        PERFORM billing_spans_are_late(array_agg(contract_id), array_agg(coalesce(upper(period), lower(period))))
        FROM added;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER span_late_start AFTER INSERT ON billing_span REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION billing_span_is_late();
CREATE TRIGGER span_late_stop AFTER UPDATE ON billing_span REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION billing_span_is_late();
CREATE TRIGGER span_late_removal AFTER DELETE ON billing_span REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION billing_span_is_late();
"""

UNDO = """
DROP FUNCTION billing_count_is_late, billing_span_is_late CASCADE;
DROP FUNCTION billing_spans_are_late, billing_months_held;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0015_runs")]

    operations = [migrations.RunSQL(MONTHS + COUNTS + SPANS, UNDO)]
