"""The look: bundles of assets and the choice of theme."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from core import assets
from core.web import gated

THEMES = ("auto", "light", "dark")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme for a year and go back to the page it was chosen on."""
    chosen, target = request.POST.get("theme", ""), request.META.get("HTTP_REFERER", "")
    if chosen not in THEMES:
        return HttpResponseBadRequest()
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    response = redirect(target if safe else "/")
    response.set_cookie(
        "theme", chosen, max_age=assets.YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return response


gated(theme, "public")

urlpatterns = [
    path("assets/<str:name>", assets.serve, name="asset"),
    path("theme", theme, name="theme"),
]
