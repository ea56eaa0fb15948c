"""Ten codes an hour for each organisation, counted in the database."""

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from accounts.organisations.models import Organisation
from core.errors import Refused

PER_HOUR = 10
COUNT = """
INSERT INTO billing_coupontries (organisation_id, hour, tries) VALUES (%s, date_trunc('hour', %s::timestamptz), 1)
ON CONFLICT (organisation_id, hour) DO UPDATE SET tries = least(billing_coupontries.tries + 1, 30000) RETURNING tries
"""


def take(organisation: Organisation, *, at: datetime) -> None:
    """Count a try. Call it outside the transaction that may be refused. Raises Refused beyond ten an hour."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [organisation.pk, at])
        (tries,) = cursor.fetchone()
    if tries > PER_HOUR:
        text = _("Too many codes were tried. Wait an hour, then try again.")
        raise Refused(text, code="too_many_tries", field="code", status=429)
