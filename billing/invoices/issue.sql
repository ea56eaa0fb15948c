-- Numbers and issues the drafts of the chunk. The counter's row is locked already, so numbers have no gaps.
WITH todo AS (
    SELECT id, row_number() OVER (ORDER BY id) AS place
    FROM billing_invoice
    WHERE organisation_id = ANY(%(organisations)s) AND month = %(month)s AND state = 'DRAFT'
),
counter AS (
    UPDATE billing_counter SET value = value + (SELECT count(*) FROM todo)
    WHERE name = 'invoice'
    RETURNING value - (SELECT count(*) FROM todo) AS last
)
UPDATE billing_invoice i
SET state = 'ISSUED', number = counter.last + todo.place, issued_at = %(at)s
FROM todo, counter
WHERE i.id = todo.id
