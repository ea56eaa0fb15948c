"""The way back from looking as a customer."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.gates import public
from accounts.viewing import actions


@require_POST
@public
def stop(request: Any) -> HttpResponse:
    """Stop looking; back to the admin."""
    actions.stop(request.session)
    return redirect("admin:accounts_organisation_changelist")
