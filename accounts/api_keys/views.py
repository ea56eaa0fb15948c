"""Pages of API keys: the list, making one (its secret is shown once), revoking."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts.access import CREATE, require
from accounts.api_keys import actions
from accounts.api_keys.forms import KeyForm
from accounts.api_keys.listing import KEYS
from accounts.api_keys.models import ApiKey
from accounts.gates import in_project
from core.forms import OnceForm, page, submitted


@in_project
def index(request: Any) -> HttpResponseBase:
    """The project's keys that work."""
    keys = ApiKey.objects.filter(project=request.project, revoked_at=None).select_related("created_by")
    return KEYS.answer(request, keys, "accounts/api_keys/list.html")


@in_project
def new(request: Any) -> HttpResponse:
    """Make a key; the answer shows its secret, which no later page does."""
    actor, project = request.actor, request.project
    form = KeyForm(request.POST or None, level=actor.level_in(project.pk), seat=actor.seat_in(project.organisation_id))
    made: list[tuple[ApiKey, str]] = []

    def create() -> str:
        data = {name: form.cleaned_data[name] for name in ("name", "level", "may_bill", "may_eventlog")}
        made.append(actions.create(project, **data, by=actor, at=request.now))
        return "api_keys"

    done = submitted(request, form, create)
    if made:
        key, secret = made[0]
        return render(request, "accounts/api_keys/created.html", {"key": key, "secret": secret})
    return done or page(request, "accounts/api_keys/new.html", form)


@in_project
def revoke(request: Any, token: UUID) -> HttpResponse:
    """Revoke a key, after asking: one's own, or any with the level to delete."""
    keys = ApiKey.objects.select_related("project").filter(project=request.project)
    key = get_object_or_404(keys, token=token)
    if key.created_by_id != request.user.pk:
        require(request.actor, request.project.pk, CREATE)
    form = OnceForm(request.POST or None)

    def act() -> str:
        actions.revoke(key, by=request.actor, at=request.now)
        return "api_keys"

    done = submitted(request, form, act, done=_("The key is revoked."))
    return done or page(request, "accounts/api_keys/revoke.html", form, key=key)
