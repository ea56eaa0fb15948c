"""Addresses of the APIs: the cloud API 1.1 in every zone, the bills, the panel's own API."""

from typing import Any

from django.urls import URLPattern, URLResolver, include, path, re_path, register_converter
from django.urls.converters import StringConverter

from accounts import api as accounts
from billing import api as billing
from compute import api as compute
from core.api import NotFound


class ZoneCode(StringConverter):
    """The zones' codes; any other zone is an address that doesn't exist."""

    regex = "is1a|is1b|tk1a|tk1b|tk1v"


register_converter(ZoneCode, "zone")

CLOUD: list[Any] = [*accounts.cloud, *billing.cloud, *compute.cloud]

urlpatterns: list[URLPattern | URLResolver] = [
    path("cloud/zone/<zone:zone>/api/cloud/1.1/", include(CLOUD)),
    path("cloud/api/cloud/1.1/", include(CLOUD), {"zone": "is1a"}),
    path("iam/", include(accounts.iam)),
    re_path(r"^(?:cloud|iam|api)(?:/|$)", NotFound.as_view()),
]
