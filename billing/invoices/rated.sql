-- What every organisation of the chunk owes for one month: the same rule as `rating.py`, for all of them at once.
--
-- Parameters: month and next_month (first days), start (the month's first instant), until (its end, or now for "so far"),
-- organisations (primary keys), waiver (AM-7) and legacy (AM-8) as the settings say. No clock is read.
WITH month AS (
    SELECT daterange(%(month)s, %(next_month)s) AS days
),
-- A zone's own prices come before the general ones, which hold for all other zones and for the other days.
own AS (
    SELECT item_id, plan, zone, range_agg(valid) AS days
    FROM billing_price, month
    WHERE zone <> '' AND valid && month.days
    GROUP BY item_id, plan, zone
),
zones AS (
    SELECT DISTINCT zone FROM own UNION SELECT ''
),
validity AS (
    SELECT id, item_id, plan, zone, valid AS days FROM billing_price WHERE zone <> ''
    UNION ALL
    SELECT p.id, p.item_id, p.plan, z.zone, unnest(datemultirange(p.valid) - coalesce(own.days, '{}'::datemultirange))
    FROM billing_price p
    CROSS JOIN zones z
    LEFT JOIN own ON own.item_id = p.item_id AND own.plan = p.plan AND own.zone = z.zone
    WHERE p.zone = ''
),
-- Each stretch of the month under one price. `climb` names the ladder that an item on a plan climbs, whatever its price.
priced AS MATERIALIZED (
    SELECT row_number() OVER () AS stretch, min(v.id) OVER (PARTITION BY v.zone, v.item_id, v.plan) AS climb,
           v.zone, v.item_id, v.plan, v.id AS price_id, i.tariff, p.hourly, p.daily, p.monthly, p.unit, p.included,
           lower(v.days * month.days)::timestamp AT TIME ZONE 'Asia/Tokyo' AS starts_at,
           upper(v.days * month.days)::timestamp AT TIME ZONE 'Asia/Tokyo' AS ends_at
    FROM validity v
    JOIN month ON v.days && month.days
    JOIN billing_price p ON p.id = v.id
    JOIN billing_item i ON i.code = v.item_id
),
-- The rate of the month's last day.
item AS (
    SELECT i.code, i.position, i.tax, i.pooled, i.direction, i.extends, i.tariff, t.rate AS tax_rate
    FROM billing_item i
    LEFT JOIN billing_taxrate t ON t.tax = i.tax AND t.valid @> %(next_month)s::date - 1
),
contract AS (
    SELECT id, organisation_id, project_id, "group", name,
           CASE WHEN zone IN (SELECT zone FROM zones) THEN zone ELSE '' END AS zone,
           CASE WHEN due <> 'HYBRID' THEN 'CLOUD'
                WHEN started_on >= %(month)s AND started_on < %(next_month)s THEN 'HYBRID_FIRST'
                ELSE 'HYBRID' END AS stream,
           -- When its announced last day ends; what is still open then is charged until there.
           CASE WHEN state = 'ENDING' THEN (ends_on + 1)::timestamp AT TIME ZONE 'Asia/Tokyo' END AS stops_at
    FROM billing_contract
    WHERE organisation_id = ANY(%(organisations)s) AND charged
),
-- Spans cut at the borders of the month and of the prices. They are looked up contract by contract (OFFSET 0 keeps it so),
-- never by a scan of all customers' spans.
used AS MATERIALIZED (
    SELECT c.id AS contract_id, p.stretch, p.tariff, s.began AS since,
           greatest(s.began, p.starts_at) AS began, least(s.ended, p.ends_at) AS ended
    FROM contract c
    JOIN LATERAL (
        SELECT item_id, plan, lower(period) AS began,
               least(upper(period), c.stops_at, %(until)s) AS ended  -- unknown ends don't count
        FROM billing_span
        WHERE contract_id = c.id
        OFFSET 0
    ) s ON s.began < s.ended AND s.ended > %(start)s
    LEFT JOIN priced p ON p.item_id = s.item_id AND p.plan = s.plan AND p.zone = c.zone
                      AND p.starts_at < s.ended AND p.ends_at > s.began
),
-- The ladder: time of one contract on one plan; what ran under an earlier price of the month has climbed already.
timed AS (
    SELECT contract_id, stretch, min(began) AS began, max(ended) AS ended, sum(ended - began) AS passed
    FROM used
    WHERE tariff = 'LADDER'
    GROUP BY contract_id, stretch
),
climbed AS (
    SELECT t.contract_id, p.item_id, p.price_id, t.began, t.ended, p.hourly, p.daily, p.monthly,
           extract(epoch FROM t.passed) AS quantity,
           coalesce(extract(epoch FROM sum(t.passed) OVER (
               PARTITION BY t.contract_id, p.climb ORDER BY p.starts_at
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)), 0) AS before
    FROM timed t
    JOIN priced p ON p.stretch = t.stretch
),
laddered AS (
    SELECT contract_id, item_id, price_id, began, ended, quantity, before,
           floor(least(monthly, h.until / 24 * daily + least(h.until %% 24 * hourly, daily)))
         - CASE WHEN h.since = 0 THEN 0
                ELSE floor(least(monthly, h.since / 24 * daily + least(h.since %% 24 * hourly, daily))) END AS amount
    FROM climbed, LATERAL (
        SELECT ceil(before / 3600)::bigint AS since, ceil((before + quantity) / 3600)::bigint AS until
    ) h
),
-- What is charged only if it was used, and wasn't: no traffic, nor any of the contracts it has its group in common with.
idle AS MATERIALIZED (
    SELECT DISTINCT u.contract_id
    FROM used u
    JOIN contract c ON c.id = u.contract_id
    WHERE u.tariff = 'MONTH_IF_USED'
      AND NOT EXISTS (SELECT FROM billing_count n
                      WHERE n.contract_id = c.id AND n.month = %(month)s AND n.at < %(until)s)
      AND NOT EXISTS (SELECT FROM billing_contract mate
                      JOIN billing_count n ON n.contract_id = mate.id AND n.month = %(month)s AND n.at < %(until)s
                      WHERE %(waiver)s = 'sim' AND c."group" <> ''
                        AND mate.project_id = c.project_id AND mate."group" = c."group")
),
-- Whole months: one fee per contract and item, of the dearest plan used, at that plan's price on its first day of use.
monthly AS (
    SELECT DISTINCT ON (contract_id, item_id) contract_id, item_id, price_id, item_began AS began, item_ended AS ended, monthly,
           included
    FROM (
        SELECT DISTINCT ON (u.contract_id, p.item_id, p.plan) u.contract_id, p.item_id, p.plan, p.price_id, p.monthly, p.included,
               min(u.began) OVER (PARTITION BY u.contract_id, p.item_id) AS item_began,
               max(u.ended) OVER (PARTITION BY u.contract_id, p.item_id) AS item_ended
        FROM used u
        LEFT JOIN priced p ON p.stretch = u.stretch
        WHERE u.tariff IN ('MONTH', 'PACK') OR u.tariff IS NULL
           OR u.tariff = 'MONTH_IF_USED' AND u.contract_id NOT IN (SELECT contract_id FROM idle)
        ORDER BY u.contract_id, p.item_id, p.plan, u.began
    ) first_of_plan
    ORDER BY contract_id, item_id, monthly DESC, plan
),
-- Every 12th silent month, for what is still there when the month ends (37-1, s-2, AM-6, AM-8).
silent AS (
    SELECT u.contract_id, p.item_id, p.price_id, u.began, u.ended, p.monthly
    FROM used u
    JOIN priced p ON p.stretch = u.stretch
    CROSS JOIN LATERAL (SELECT (u.since AT TIME ZONE 'Asia/Tokyo')::date AS day) r
    CROSS JOIN LATERAL (
        SELECT max(n.month) AS month
        FROM billing_count n
        WHERE n.contract_id = u.contract_id AND n.month BETWEEN date_trunc('month', r.day) AND %(month)s
          AND n.at < %(until)s
    ) last
    CROSS JOIN LATERAL (
        SELECT coalesce(last.month + interval '1 month', date_trunc('month', r.day))::date AS month
    ) start
    CROSS JOIN LATERAL (
        SELECT CASE WHEN r.day > '2022-08-01' THEN start.month
                    WHEN %(legacy)s = 'never' AND last.month >= '2022-08-01' THEN NULL
                    ELSE greatest(start.month, '2022-08-01') END AS month
    ) quiet
    CROSS JOIN LATERAL (SELECT age(%(next_month)s::date, quiet.month) AS since) n
    WHERE u.tariff = 'SILENT_YEAR' AND u.ended = %(next_month)s::timestamp AT TIME ZONE 'Asia/Tokyo'
      AND quiet.month <= %(month)s AND extract(month FROM n.since) = 0
),
-- Units of the charged direction; those of a pooled item together for the whole project, at the general price.
units AS MATERIALIZED (
    SELECT c.id AS contract_id, n.item_id, n.at, n.quantity, i.pooled,
           CASE WHEN i.pooled THEN c.project_id ELSE c.id END AS pool,
           CASE WHEN i.pooled THEN '' ELSE c.zone END AS zone
    FROM contract c
    JOIN LATERAL (
        SELECT item_id, at, quantity, direction
        FROM billing_count
        WHERE month = %(month)s AND contract_id = c.id AND at < %(until)s
        OFFSET 0
    ) n ON true
    JOIN item i ON i.code = n.item_id AND i.tariff IN ('UNIT', 'ONCE') AND i.direction IN ('', n.direction)
),
pack AS (
    SELECT c.project_id, i.extends AS item_id, sum(m.included) AS units
    FROM monthly m
    JOIN item i ON i.code = m.item_id AND i.tariff = 'PACK'
    JOIN contract c ON c.id = m.contract_id
    GROUP BY c.project_id, i.extends
),
-- The free ones first, in the order of the prices, then the pack's. A pool stands on the first contract that used it.
counted AS (
    SELECT min(min(u.contract_id)) OVER (PARTITION BY u.pooled, u.pool, u.item_id) AS contract_id, u.item_id, p.price_id,
           p.unit, p.included, u.pooled, pack.units AS allowance, min(u.at) AS began, max(u.at) AS ended,
           sum(u.quantity) AS quantity,
           coalesce(sum(sum(u.quantity)) OVER (
               PARTITION BY u.pooled, u.pool, u.item_id ORDER BY p.starts_at
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
    FROM units u
    LEFT JOIN priced p ON p.item_id = u.item_id AND p.plan = '' AND p.zone = u.zone
                      AND u.at >= p.starts_at AND u.at < p.ends_at
    LEFT JOIN pack ON u.pooled AND pack.project_id = u.pool AND pack.item_id = u.item_id
    GROUP BY u.pooled, u.pool, u.item_id, p.price_id, p.unit, p.included, p.starts_at, pack.units
),
charged AS (
    SELECT contract_id, item_id, price_id, tstzrange(began, ended) AS period, quantity, before, NULL::numeric AS allowance,
           amount, false AS pooled
    FROM laddered
    UNION ALL
    SELECT contract_id, item_id, price_id, tstzrange(began, ended), 1, 0, NULL, floor(monthly), false FROM monthly
    UNION ALL
    SELECT contract_id, item_id, price_id, tstzrange(began, ended), 1, 0, NULL, floor(monthly), false FROM silent
    UNION ALL
    SELECT contract_id, item_id, price_id, tstzrange(began, ended, '[]'), quantity, before, allowance,
           floor(unit * greatest(quantity - greatest(included + coalesce(allowance, 0) - before, 0), 0)), pooled
    FROM counted
),
customer AS MATERIALIZED (
    SELECT DISTINCT organisation_id FROM contract
),
-- Passports in force, the best first, each for one of the highest-billed servers of its plan (10-1, AM-18).
passport AS MATERIALIZED (
    SELECT p.id, p.organisation_id, p.plan, p.rate,
           row_number() OVER (PARTITION BY p.organisation_id, p.plan ORDER BY p.rate DESC, p.id) AS place
    FROM customer
    JOIN LATERAL (
        SELECT id, organisation_id, plan, rate
        FROM billing_passport
        WHERE organisation_id = customer.organisation_id AND state IN ('ACTIVE', 'EXPIRED') AND valid @> %(month)s::date
        OFFSET 0
    ) p ON true
),
billed AS (
    SELECT organisation_id, plan, contract_id, price_id, began, ended, fee,
           row_number() OVER (PARTITION BY organisation_id, plan ORDER BY fee DESC, contract_id) AS place
    FROM (
        SELECT c.organisation_id, v.plan, x.contract_id, sum(x.amount) AS fee, min(x.began) AS began, max(x.ended) AS ended,
               (array_agg(x.price_id ORDER BY x.began DESC))[1] AS price_id
        FROM (SELECT DISTINCT organisation_id, plan FROM passport) p
        JOIN contract c ON c.organisation_id = p.organisation_id
        JOIN laddered x ON x.contract_id = c.id AND x.item_id = 'server'
        JOIN billing_price v ON v.id = x.price_id AND v.plan = p.plan
        GROUP BY c.organisation_id, v.plan, x.contract_id
    ) fees
),
-- What waits for an invoice, by the tax of its own month.
adjusted AS (
    SELECT a.*, t.rate AS tax_rate
    FROM customer
    JOIN LATERAL (
        SELECT id, contract_id, price_id, period, quantity, before, allowance, amount, for_month
        FROM billing_adjustment
        WHERE organisation_id = customer.organisation_id AND withdrawn_at IS NULL AND for_month < %(month)s
        OFFSET 0
    ) a ON NOT EXISTS (SELECT FROM billing_invoiceline l WHERE l.kind = 'ADJUSTMENT' AND l.source_pk = a.id)
    JOIN billing_price v ON v.id = a.price_id
    JOIN billing_item i ON i.code = v.item_id
    LEFT JOIN billing_taxrate t ON t.tax = i.tax AND t.valid @> (a.for_month + interval '1 month' - interval '1 day')::date
),
owed AS (
    SELECT x.contract_id, x.price_id, x.item_id, i.tax_rate, x.period, x.quantity, x.before, x.allowance, x.amount,
           'USE' AS kind, NULL::bigint AS source_pk, NULL::date AS for_month, x.pooled
    FROM charged x
    LEFT JOIN item i ON i.code = x.item_id
    UNION ALL
    SELECT b.contract_id, b.price_id, 'server', i.tax_rate, tstzrange(b.began, b.ended), b.fee, 0, NULL,
           -floor(b.fee * p.rate), 'PASSPORT', p.id, NULL, false
    FROM billed b
    JOIN passport p ON p.organisation_id = b.organisation_id AND p.plan = b.plan AND p.place = b.place
    JOIN item i ON i.code = 'server'
    WHERE floor(b.fee * p.rate) > 0
    UNION ALL
    SELECT a.contract_id, a.price_id, v.item_id, a.tax_rate, a.period, a.quantity, a.before, a.allowance, a.amount,
           'ADJUSTMENT', a.id, a.for_month, false
    FROM adjusted a
    JOIN billing_price v ON v.id = a.price_id
),
rated AS MATERIALIZED (
    SELECT c.organisation_id, c.stream, x.contract_id, x.price_id, c.name, i.position, x.tax_rate, x.period, x.quantity,
           x.before, x.allowance, x.amount::bigint AS amount, x.kind, x.source_pk, x.for_month, x.pooled
    FROM owed x
    JOIN contract c ON c.id = x.contract_id
    LEFT JOIN item i ON i.code = x.item_id
),
-- Tax: floored once per rate and invoice.
taxed AS (
    SELECT organisation_id, stream, tax_rate, sum(amount)::bigint AS base, floor(sum(amount) * tax_rate)::bigint AS tax
    FROM rated
    GROUP BY organisation_id, stream, tax_rate
),
-- Nothing to pay, no invoice; but use without a price must stop the run (a NOT NULL does), not vanish.
totals AS (
    SELECT organisation_id, stream, sum(base)::bigint AS subtotal, sum(tax)::bigint AS tax
    FROM taxed
    GROUP BY organisation_id, stream
    HAVING sum(base) > 0 OR bool_or(base IS NULL)
)
