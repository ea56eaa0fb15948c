"""Who issues papers on which day."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from billing.invoices.models import Issuer
from core.calendar import jst_date
from core.errors import Refused


def on(when: date | datetime) -> Issuer:
    """The issuer of a JST day or instant. Raises Refused when staff have set nobody."""
    day = jst_date(when) if isinstance(when, datetime) else when
    issuer = Issuer.objects.filter(since__lte=day).order_by("-since").first()
    if issuer is None:
        raise Refused(_("No issuer of invoices is set."))
    return issuer
