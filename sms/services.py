"""What this app sells: one Service per kind, each a contract of its own (67-2, 68-1)."""

from django.utils.translation import gettext_lazy as _

from billing.contracts import Closing, Service

# Notice by the 20th ends it this month's end, later the next month's; it hangs on no base service (74-1, 74-2).
TWO_FACTOR = Service(
    code="sms.2fa", title=_("SMS two-step verification"), clause="67-2", item="sms.2fa", closing=Closing.TWENTIETH,
    consents=("sms",), quota=1, survives="74-2",
)  # fmt: skip
A2P = Service(
    code="sms.a2p", title=_("A2P SMS delivery"), clause="67-2", item="sms.a2p", closing=Closing.TWENTIETH,
    consents=("sms", "sms-a2p"), quota=1, survives="74-2",
)  # fmt: skip
RESALE = Service(
    code="sms.resale", title=_("A2P SMS delivery for end users"), clause="71-1", closing=Closing.TWENTIETH,
    consents=("sms", "sms-a2p"), screened=True, quota=1,
)  # fmt: skip
