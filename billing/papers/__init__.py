"""Papers: invoices, receipts and return invoices as PDFs that are made once and kept as they are for 7 years.

Workers make them (`asking.ask`); what each kind says is in `contents/`, how it looks in `paper.typ`.
"""
