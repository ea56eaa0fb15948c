"""What this app sells: a certificate, free of charge, for a designated service (78-1, 78-2, 80-1)."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from billing.contracts import Closing, Service

# It ends with the day of its expiry after an opt-out (84-2); a cancellation ends it the same day (84-3).
CERTIFICATE = Service(
    code="certificate", title=_("Free SSL certificate"), clause="78-1", item="certificate", closing=Closing.AT_EXPIRY,
    consents=("certificates",), quota=100,
)  # fmt: skip


def certificate_of(consents: tuple[str, ...]) -> Service:
    """The offer with the upper terms of an authority (79-1)."""
    return replace(CERTIFICATE, consents=consents)
