"""What this app sells: the yearly contract of Secure Mobile Connect, and what is registered and created under it."""

from django.utils.translation import gettext_lazy as _

from billing.contracts import Closing, Renewal, Service

# One per project, concluded by its first SIM or gateway; a year, again and again, until all of them are deleted (34-1,
# 34-2, 49-1, 49-2).
CONNECT = Service(
    code="connect", title=_("Secure Mobile Connect"), clause="34-1", closing=Closing.END_OF_MONTH,
    renewal=Renewal.YEARLY, consents=("connect",), individuals=False, business_use="34-2",
)  # fmt: skip
# Each registration is a contract of its own, so each is charged (36-3).
SIM = Service(
    code="sim", title=_("SIM"), clause="36-1", item="sim", consents=("connect", "sim-terms"), individuals=False,
    quota=100_000,
)  # fmt: skip
