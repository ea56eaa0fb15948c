-- Holds back the drafts of customers whose month differs wildly from the one before, or who can't get a paper.
--
-- All streams of a customer count together. Parameters besides those of `rated.sql`: last_month (first day), hold_from
-- (yen) and hold_times: held is what differs by at least so many yen and so many times. `closing.oddity` is the same rule.
WITH now AS (
    SELECT organisation_id, sum(total) AS total
    FROM billing_invoice
    WHERE organisation_id = ANY(%(organisations)s) AND month = %(month)s
    GROUP BY organisation_id
),
odd AS (
    SELECT now.organisation_id,
           CASE WHEN o.address = '' THEN 'ADDRESS'
                WHEN now.total - before.total >= %(hold_from)s AND now.total >= before.total * %(hold_times)s THEN 'RISE'
                WHEN before.total - now.total >= %(hold_from)s AND before.total >= now.total * %(hold_times)s THEN 'FALL'
                ELSE '' END AS reason
    FROM now
    JOIN accounts_organisation o ON o.id = now.organisation_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(total), 0) AS total
        FROM billing_invoice
        WHERE organisation_id = now.organisation_id AND month = %(last_month)s
    ) before
)
UPDATE billing_invoice i
SET held_back = odd.reason
FROM odd
WHERE odd.reason <> '' AND i.organisation_id = odd.organisation_id AND i.month = %(month)s AND i.state = 'DRAFT'
