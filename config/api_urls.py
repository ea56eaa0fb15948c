"""Addresses of the APIs: the cloud API 1.1 in every zone, the bills, the panel's own API with its description."""

from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.urls import URLPattern, URLResolver, include, path, re_path, register_converter, reverse
from django.urls.converters import StringConverter
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts import api as accounts
from accounts.audit.api import events
from accounts.consents.api import consents
from accounts.deadlines.api import deadlines
from billing import api as billing
from billing.prices.api import Public
from certificates import api as certificates
from compute import api as compute
from core.api import NotFound, Reply, Together
from mobile import api as mobile
from sms import api as sms


class ZoneCode(StringConverter):
    """The zones' codes; any other zone is an address that doesn't exist."""

    regex = "is1a|is1b|tk1a|tk1b|tk1v"


register_converter(ZoneCode, "zone")

# What the cloud API keeps in one collection belongs to several apps.
ITEMS = Together("Provider.Class", {"esme": sms.items, **mobile.ITEMS, **compute.ITEMS, **certificates.ITEMS})
CLOUD: list[Any] = [*accounts.cloud, *billing.cloud, *compute.cloud, *ITEMS.urls]
PANELS = (events.urls, deadlines.urls, consents.urls, billing.panel, compute.panel, sms.panel, certificates.panel)
PANEL = [path("api/panel/1.0/", include([url for urls in PANELS for url in urls]))]
# Swagger UI writes styles into the page; on this page alone that is allowed.
DOCS = csp_update({"style-src": [UNSAFE_INLINE]})(SpectacularSwaggerSplitView.as_view(url_name="panel_schema"))


def panel(request: Any) -> Reply:
    """What the panel's own API has, and where it is described."""
    return Reply({"Version": "1.0", "Schema": reverse("panel_schema"), "Docs": reverse("panel_docs")}, success=None)


urlpatterns: list[URLPattern | URLResolver] = [
    path("cloud/zone/<zone:zone>/api/cloud/1.1/", include(CLOUD)),
    path("cloud/api/cloud/1.1/", include(CLOUD), {"zone": "is1a"}),
    path("cloud/zone/<zone:zone>/api/system/1.0/", include(billing.system)),
    path("cloud/api/system/1.0/", include(billing.system)),
    path("iam/", include(accounts.iam)),
    path("api/panel/1.0", Public.serving({"GET": panel})),
    *PANEL,
    path("api/panel/1.0/schema", SpectacularAPIView.as_view(patterns=PANEL), name="panel_schema"),
    path("api/panel/1.0/docs", DOCS, name="panel_docs"),
    re_path(r"^(?:cloud|iam|api)(?:/|$)", NotFound.as_view()),
]
