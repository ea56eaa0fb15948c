"""All addresses of the panel."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from config import console, styleguide
from core.web import gated

handler400 = "core.web.bad_request"
handler403 = "core.web.permission_denied"
handler404 = "core.web.not_found"
handler500 = "core.web.server_error"

urlpatterns = [
    path("", console.dashboard, name="dashboard"),
    path("search", console.search, name="search"),
    path("contracts/<int:number>/thing", console.thing, name="contract_thing"),
    path("healthz", console.healthz, name="healthz"),
    path("readyz", console.readyz, name="readyz"),
    path("language", gated(set_language, "public"), name="set_language"),
    path("styleguide/", styleguide.page, name="styleguide"),
    path("", include("core.urls")),
    path("account/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("billing.urls")),
    path("", include("compute.urls")),
    path("", include("mobile.urls")),
    path("", include("certificates.urls")),
    path("", include("sms.urls")),
    path("", include("config.api_urls")),
    path("staff/", admin.site.urls),
]
