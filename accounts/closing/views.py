"""Pages of leaving: export one's data, close an organisation, close one's own account."""

from typing import Any

from django.contrib.auth import logout
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from accounts import audit
from accounts.closing import actions, export
from accounts.closing.forms import CloseAccountForm, CloseForm
from accounts.gates import in_organisation, signed_in
from core.calendar import jst_date
from core.forms import page, submitted


@in_organisation(owner=True)
def download(request: Any) -> HttpResponseBase:
    """All data of the organisation as a ZIP."""
    organisation = request.organisation
    audit.record("organisation.exported", organisation, by=request.actor, at=request.now)
    name = f"engawa-{organisation.number}-{jst_date(request.now)}.zip"
    return FileResponse(export.archive(organisation), as_attachment=True, filename=name)


@in_organisation(owner=True)
def close(request: Any) -> HttpResponse:
    """Close the organisation: what is in the way, what goes, what is kept; then the name is typed."""
    organisation = request.organisation
    form = CloseForm(request.POST or None, name=organisation.name)

    def act() -> str:
        actions.close(organisation, by=request.actor, at=request.now)
        return "dashboard"

    done = submitted(request, form, act, done=_("The organisation is closed. Thank you for having been our customer."))
    obstacles = actions.obstacles(organisation, request.now) if done is None else []
    context = {"organisation": organisation, "obstacles": obstacles}
    return done or page(request, "accounts/closing/organisation.html", form, **context)


@signed_in
def close_account(request: Any) -> HttpResponse:
    """Close one's own account."""
    form = CloseAccountForm(request.POST or None, name=request.user.email)

    def act() -> str:
        actions.close_account(request.user, by=request.actor, at=request.now)
        return "account_login"

    done = submitted(request, form, act, done=_("Your account is closed."))
    if done:
        logout(request)
    return done or page(request, "accounts/closing/account.html", form)
