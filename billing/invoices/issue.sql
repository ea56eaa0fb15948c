-- Numbers, issues and books the drafts of the chunk that are not held back. The counter's row is locked already, so numbers have no gaps.
WITH todo AS (
    SELECT id, row_number() OVER (ORDER BY id) AS place
    FROM billing_invoice
    WHERE organisation_id = ANY(%(organisations)s) AND month = %(month)s AND state = 'DRAFT' AND held_back = ''
),
counter AS (
    UPDATE billing_counter SET value = value + (SELECT count(*) FROM todo)
    WHERE name = 'invoice'
    RETURNING value - (SELECT count(*) FROM todo) AS last
),
issued AS (
    UPDATE billing_invoice i
    SET state = 'ISSUED', number = counter.last + todo.place, issued_at = %(at)s
    FROM todo, counter
    WHERE i.id = todo.id
    RETURNING i.id, i.organisation_id, i.subtotal, i.tax, i.total
)
INSERT INTO billing_posting (organisation_id, kind, source_pk, account, invoice_id, amount, at)
SELECT i.organisation_id, 'INVOICE', i.id, side.account, side.invoice_id, side.amount, %(at)s
FROM issued i, LATERAL (VALUES ('RECEIVABLE', i.id, i.total),
                               ('REVENUE', NULL, -i.subtotal),
                               ('TAX', NULL, -i.tax)) side (account, invoice_id, amount)
WHERE side.amount <> 0
