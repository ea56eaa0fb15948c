"""What this app sells: one Service per offer."""

from django.utils.translation import gettext_lazy as _

from billing.contracts import Service

SERVER = Service(code="server", title=_("Server"), clause="2-1", item="server", quota=100)
DISK = Service(code="disk", title=_("Disk"), clause="2-1", quota=200)
