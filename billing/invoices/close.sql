-- Continues rated.sql: one statement writes drafts with their lines and taxes; the unique key makes it exactly once.
, header AS (
    INSERT INTO billing_invoice
        (organisation_id, run_id, month, stream, state, due_on, subtotal, tax, total, issuer, recipient)
    SELECT t.organisation_id, %(run)s, %(month)s, t.stream, 'DRAFT',
           CASE t.stream WHEN 'CLOUD' THEN %(due_cloud)s::date
                         WHEN 'HYBRID' THEN %(due_hybrid)s::date
                         ELSE %(due_hybrid_first)s::date END,
           t.subtotal, t.tax, t.subtotal + t.tax, %(issuer)s::jsonb,
           jsonb_build_object('kind', o.kind, 'name', o.billing_name, 'postal_code', o.postal_code, 'address', o.address,
                              'number', o.number, 'language', o.language)
    FROM totals t
    JOIN accounts_organisation o ON o.id = t.organisation_id
    ORDER BY t.organisation_id, t.stream
    ON CONFLICT (organisation_id, month, stream) DO NOTHING
    RETURNING id, organisation_id, stream
),
line AS (
    INSERT INTO billing_invoiceline
        (invoice_id, line_no, contract_id, price_id, name, period, quantity, before, allowance, amount, tax_rate,
         kind, source_pk, for_month)
    SELECT h.id, row_number() OVER (PARTITION BY h.id ORDER BY r.position, r.contract_id, r.kind DESC, lower(r.period),
                                     r.price_id, r.source_pk),
           r.contract_id, r.price_id, r.name, r.period, r.quantity, r.before, r.allowance, r.amount, r.tax_rate,
           r.kind, r.source_pk, r.for_month
    FROM rated r
    JOIN header h ON h.organisation_id = r.organisation_id AND h.stream = r.stream
),
tax AS (
    INSERT INTO billing_invoicetax (invoice_id, rate, base, tax)
    SELECT h.id, t.tax_rate, t.base, t.tax
    FROM taxed t
    JOIN header h ON h.organisation_id = t.organisation_id AND h.stream = t.stream
)
SELECT count(*) FROM header
