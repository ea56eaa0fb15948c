"""What this app sells: one Service per offer."""

from django.utils.translation import gettext_lazy as _

from billing.contracts import Closing, Due, Service

SERVER = Service(code="server", title=_("Server"), clause="2-1", item="server", quota=100)
DISK = Service(code="disk", title=_("Disk"), clause="2-1", quota=200)
SWITCH = Service(code="switch", title=_("Switch"), clause="2-1", item="switch", quota=50)
ROUTER = Service(code="router", title=_("Router+switch"), clause="2-1", item="router", quota=20)
ADDRESSES = Service(code="address", title=_("Additional IP addresses"), clause="11-1", item="address")
BRIDGE = Service(code="bridge", title=_("Bridge connection"), clause="17-1", item="bridge")
LOCAL_ROUTER = Service(
    code="local-router", title=_("Local router"), clause="18-1", item="local-router", quota=10, consents=("peering",)
)
AWS = Service(
    code="aws", title=_("AWS connection"), clause="20-1", item="aws", consents=("aws-connection",)
)  # fmt: skip
# It outlives all base services, has invoices of its own, and ends at the end of the month (13-1, 13-2, 14-1, AM-28).
HYBRID = Service(
    code="hybrid", title=_("Hybrid connection"), clause="12-1", item="hybrid", due=Due.HYBRID,
    closing=Closing.END_OF_MONTH, survives="14-1",
)  # fmt: skip
ARCHIVE = Service(code="archive", title=_("Archive"), clause="2-1", item="archive", quota=100)
CDROM = Service(code="cdrom", title=_("CD-ROM image"), clause="2-1", item="archive", quota=100)
ARCHIVE_SHARE = Service(
    code="archive-share", title=_("Archive sharing"), clause="28-2", item="archive-share", consents=("archive-share",)
)
LOAD_BALANCER = Service(
    code="load-balancer", title=_("Load balancer"), clause="2-1", item="load-balancer", quota=50
)  # fmt: skip
