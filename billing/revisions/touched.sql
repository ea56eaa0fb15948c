-- Which organisations a coming price touches, and what their present resources cost at the former and at the new price.
--
-- Parameters: today, at, this_month and last_month (first days), last_month_start (its first instant), organisation (a
-- primary key, or NULL for all of them), untold (leave out what an organisation was told already). No clock is read.
WITH coming AS (
    SELECT p.id, p.item_id, p.plan, p.zone, lower(p.valid) AS since, i.tariff, i.direction, i.pooled,
           p.monthly, p.unit, p.included, former.id AS former_id, former.monthly AS former_monthly,
           former.unit AS former_unit, former.included AS former_included
    FROM billing_price p
    JOIN billing_item i ON i.code = p.item_id
    -- What holds the day before: the zone's own price, else the general one. What has none is new, and touches nobody.
    JOIN LATERAL (
        SELECT f.*
        FROM billing_price f
        WHERE f.item_id = p.item_id AND f.plan = p.plan AND f.zone IN ('', p.zone) AND f.valid @> lower(p.valid) - 1
        ORDER BY f.zone DESC
        LIMIT 1
    ) former ON (former.hourly, former.daily, former.monthly, former.unit, former.included)
             <> (p.hourly, p.daily, p.monthly, p.unit, p.included)
    WHERE NOT isempty(p.valid) AND lower(p.valid) > %(today)s AND i.tariff <> 'FREE'
),
contract AS (
    SELECT id, organisation_id, project_id, zone
    FROM billing_contract
    WHERE charged AND closed_at IS NULL AND state <> 'APPLIED'
      AND (%(organisation)s::bigint IS NULL OR organisation_id = %(organisation)s)
),
-- A zone's own price goes before the general one; what a project uses together is charged at the general one.
place AS (
    SELECT p.id AS price_id, z.zone
    FROM coming p
    CROSS JOIN (SELECT DISTINCT zone FROM contract) z
    WHERE CASE WHEN p.pooled THEN p.zone = ''
               WHEN p.zone <> '' THEN z.zone = p.zone
               ELSE NOT EXISTS (SELECT FROM billing_price own
                                WHERE z.zone <> '' AND own.zone = z.zone AND own.item_id = p.item_id
                                  AND own.plan = p.plan AND own.valid @> p.since) END
),
-- By time: what is in use, or was last month or this (a server that is stopped now will be started again), on that plan
-- at last.
timed AS (
    SELECT p.id AS price_id, c.organisation_id, count(*) AS resources
    FROM coming p
    JOIN place ON place.price_id = p.id
    JOIN contract c ON c.zone = place.zone
    JOIN billing_span s ON s.contract_id = c.id AND s.item_id = p.item_id AND s.plan = p.plan
    WHERE p.tariff NOT IN ('UNIT', 'ONCE')
      AND lower(s.period) <= %(at)s AND (upper_inf(s.period) OR upper(s.period) > %(last_month_start)s)
      AND NOT EXISTS (SELECT FROM billing_span later
                      WHERE later.contract_id = s.contract_id AND later.item_id = s.item_id
                        AND lower(later.period) > lower(s.period))
    GROUP BY p.id, c.organisation_id
),
-- By units: the use of last month, or of this one so far if that is more; together what is charged together.
counted AS (
    SELECT p.id AS price_id, c.organisation_id, CASE WHEN p.pooled THEN c.project_id ELSE c.id END AS pool, n.month,
           CASE WHEN p.pooled THEN c.project_id END AS project_id, sum(n.quantity) AS quantity
    FROM coming p
    JOIN place ON place.price_id = p.id
    JOIN contract c ON c.zone = place.zone
    JOIN billing_count n ON n.contract_id = c.id AND n.item_id = p.item_id AND p.direction IN ('', n.direction)
                        AND n.month IN (%(last_month)s, %(this_month)s)
    WHERE p.tariff IN ('UNIT', 'ONCE')
    GROUP BY p.id, c.organisation_id, 3, n.month, 5
),
-- What the packs of a project have free beside the included units (38-2).
pack AS (
    SELECT p.id AS price_id, c.project_id, sum(q.included) AS units
    FROM coming p
    JOIN billing_item k ON k.extends = p.item_id AND k.tariff = 'PACK'
    JOIN billing_price q ON q.item_id = k.code AND q.zone = '' AND q.valid @> p.since
    JOIN billing_span s ON s.item_id = k.code AND s.plan = q.plan AND upper_inf(s.period)
    JOIN contract c ON c.id = s.contract_id
    WHERE p.pooled
    GROUP BY p.id, c.project_id
),
month AS (
    SELECT n.price_id, n.organisation_id, n.month, count(*) AS resources, sum(n.quantity) AS quantity,
           sum(floor(p.former_unit * greatest(n.quantity - p.former_included - coalesce(pack.units, 0), 0))) AS before,
           sum(floor(p.unit * greatest(n.quantity - p.included - coalesce(pack.units, 0), 0))) AS after
    FROM counted n
    JOIN coming p ON p.id = n.price_id
    LEFT JOIN pack ON pack.price_id = n.price_id AND pack.project_id = n.project_id
    GROUP BY n.price_id, n.organisation_id, n.month
),
touched AS (
    SELECT t.price_id, t.organisation_id, t.resources, NULL::numeric AS quantity,
           t.resources * floor(p.former_monthly) AS before, t.resources * floor(p.monthly) AS after
    FROM timed t
    JOIN coming p ON p.id = t.price_id
    UNION ALL
    (SELECT DISTINCT ON (price_id, organisation_id) price_id, organisation_id, resources, quantity, before, after
     FROM month
     ORDER BY price_id, organisation_id, quantity DESC)
)
SELECT t.organisation_id, t.price_id, p.former_id, t.resources, t.quantity, t.before::bigint, t.after::bigint
FROM touched t
JOIN coming p ON p.id = t.price_id
WHERE NOT %(untold)s
   OR NOT EXISTS (SELECT FROM billing_pricenotice n
                  WHERE n.price_id = t.price_id AND n.organisation_id = t.organisation_id)
ORDER BY t.organisation_id, p.since, t.price_id
