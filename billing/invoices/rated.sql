-- What every organisation of the chunk owes for one month: the same rule as `rating.py`, for all of them at once.
--
-- Parameters: month and next_month (first days), start (the month's first instant), until (its end, or now for "so far"),
-- organisations (primary keys). No clock is read.
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
    SELECT i.code, i.position, t.rate AS tax_rate
    FROM billing_item i
    LEFT JOIN billing_taxrate t ON t.tax = i.tax AND t.valid @> %(next_month)s::date - 1
),
contract AS (
    SELECT id, organisation_id, name,
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
    SELECT c.id AS contract_id, p.stretch, p.tariff,
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
-- Whole months: one fee per contract and item, of the dearest plan used, at that plan's price on its first day of use.
monthly AS (
    SELECT DISTINCT ON (contract_id, item_id) contract_id, item_id, price_id, item_began AS began, item_ended AS ended, monthly
    FROM (
        SELECT DISTINCT ON (u.contract_id, p.item_id, p.plan) u.contract_id, p.item_id, p.plan, p.price_id, p.monthly,
               min(u.began) OVER (PARTITION BY u.contract_id, p.item_id) AS item_began,
               max(u.ended) OVER (PARTITION BY u.contract_id, p.item_id) AS item_ended
        FROM used u
        LEFT JOIN priced p ON p.stretch = u.stretch
        WHERE u.tariff = 'MONTH' OR u.tariff IS NULL
        ORDER BY u.contract_id, p.item_id, p.plan, u.began
    ) first_of_plan
    ORDER BY contract_id, item_id, monthly DESC, plan
),
-- Units: the included ones first, in the order of the prices.
counted AS (
    SELECT n.contract_id, n.item_id, p.price_id, p.unit, p.included, min(n.at) AS began, max(n.at) AS ended,
           sum(n.quantity) AS quantity,
           coalesce(sum(sum(n.quantity)) OVER (
               PARTITION BY n.contract_id, n.item_id ORDER BY p.starts_at
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
    FROM contract c
    JOIN LATERAL (
        SELECT contract_id, item_id, at, quantity
        FROM billing_count
        WHERE month = %(month)s AND contract_id = c.id AND at < %(until)s
        OFFSET 0
    ) n ON true
    LEFT JOIN priced p ON p.item_id = n.item_id AND p.plan = '' AND p.zone = c.zone
                      AND n.at >= p.starts_at AND n.at < p.ends_at
    GROUP BY n.contract_id, n.item_id, p.price_id, p.unit, p.included, p.starts_at
),
charged AS (
    SELECT contract_id, item_id, price_id, tstzrange(began, ended) AS period, quantity, before, amount FROM laddered
    UNION ALL
    SELECT contract_id, item_id, price_id, tstzrange(began, ended), 1, 0, floor(monthly) FROM monthly
    UNION ALL
    SELECT contract_id, item_id, price_id, tstzrange(began, ended, '[]'), quantity, before,
           floor(unit * greatest(quantity - greatest(included - before, 0), 0)) FROM counted
),
rated AS MATERIALIZED (
    SELECT c.organisation_id, c.stream, x.contract_id, x.price_id, c.name, i.position, i.tax_rate,
           x.period, x.quantity, x.before, x.amount::bigint AS amount
    FROM charged x
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
