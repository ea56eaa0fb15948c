"""Pages of an organisation's webhooks: the list, a new one (its secret is shown once), what was delivered."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.gates import in_organisation
from accounts.notices import hooks
from accounts.notices.forms import HookForm
from accounts.notices.models import NoticeHook
from core.forms import OnceForm, page, submitted

FOLDER, SHOWN = "accounts/webhooks", 50


def found(request: Any, uuid: UUID) -> NoticeHook:
    return get_object_or_404(NoticeHook, organisation=request.organisation, uuid=uuid, removed_at=None)


@in_organisation(owner=True)
def index(request: Any) -> HttpResponse:
    """The webhooks in use."""
    rows = request.organisation.notice_hooks.filter(removed_at=None).order_by("host", "pk")
    return render(request, f"{FOLDER}/list.html", {"hooks": rows})


@in_organisation(owner=True)
def new(request: Any) -> HttpResponse:
    """Add one; the secret is on the answer alone."""
    form, made = HookForm(request.POST or None), []

    def act() -> str:
        wanted = {name: form.cleaned_data[name] for name in ("url", "topics")}
        made.append(hooks.add(request.organisation, **wanted, by=request.actor, at=request.now))
        return "webhooks"

    done = submitted(request, form, act)
    if done and made:
        return render(request, f"{FOLDER}/created.html", {"hook": made[0][0], "secret": made[0][1]})
    return done or page(request, f"{FOLDER}/new.html", form)


@in_organisation(owner=True)
def detail(request: Any, uuid: UUID) -> HttpResponse:
    """One webhook and what was delivered to it."""
    hook = found(request, uuid)
    return render(
        request, f"{FOLDER}/detail.html", {"hook": hook, "deliveries": hook.deliveries.order_by("-at", "-pk")[:SHOWN]}
    )


@require_POST
@in_organisation(owner=True)
def try_out(request: Any, uuid: UUID) -> HttpResponse:
    """Post a test."""
    hook = found(request, uuid)
    hooks.try_out(hook, by=request.actor, at=request.now)
    messages.success(request, _("A test is on its way."))
    return redirect(hook)


@in_organisation(owner=True)
def remove(request: Any, uuid: UUID) -> HttpResponse:
    """Remove it, after asking."""
    hook, form = found(request, uuid), OnceForm(request.POST or None)

    def act() -> str:
        hooks.remove(hook, by=request.actor, at=request.now)
        return "webhooks"

    done = submitted(request, form, act, done=_("The webhook was removed."))
    return done or page(request, f"{FOLDER}/remove.html", form, hook=hook)
