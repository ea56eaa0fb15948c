"""The door of the admin: through allauth's sign-in, and only with a second factor."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.web import gated

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class StaffSite(AdminSite):
    """Django's admin for staff who have enrolled an authenticator app or a passkey."""

    site_title = site_header = gettext_lazy("Engawa staff")
    index_title = gettext_lazy("Staff")

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff with a second factor; signing in then has asked for it. One query."""
        return super().has_permission(request) and has_second_factor(request.user)

    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Staff without a second factor go to where one is enrolled. Raises PermissionDenied for everybody else."""
        if has_second_factor(request.user):
            return redirect("admin:index")
        messages.info(request, _("Staff sign in with a second factor. Set up an authenticator app, then come back."))
        return redirect("mfa_activate_totp")


def has_second_factor(user: Any) -> bool:
    """Whether an authenticator app or a passkey is enrolled."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


gated(StaffSite.login, "staff")
