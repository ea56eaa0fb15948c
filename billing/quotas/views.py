"""Pages of limits: what a project has and may have, and asking for more."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import CREATE, Level
from accounts.gates import in_project
from billing.quotas import actions, offers
from billing.quotas.forms import AskForm
from billing.quotas.models import QuotaRequest
from core.forms import page, submitted

RECENT = 20


@in_project
def index(request: Any) -> HttpResponse:
    """Use and limit of every offer, and what was asked for."""
    asked = QuotaRequest.objects.filter(project=request.project).select_related("case").order_by("-pk")[:RECENT]
    waiting = {one.service for one in asked if one.state == QuotaRequest.State.WAITING}
    rows = [(use, use.service.code in waiting) for use in offers.uses(request.project)]
    lacking = request.actor.level_in(request.project.pk) < CREATE
    needs = _("This needs the access level “%(level)s”.") % {"level": Level(CREATE).label} if lacking else ""
    return render(request, "billing/quotas/list.html", {"rows": rows, "asked": asked, "needs": needs})


@in_project(level=CREATE)
def ask(request: Any) -> HttpResponse:
    """Ask for more of one service."""
    use = wanted(request)
    form = AskForm(request.POST or None, use=use)

    def act() -> Any:
        data = form.cleaned_data
        asked = actions.ask(
            request.project, use.service, data["wanted"], reason=data["reason"], by=request.actor, at=request.now
        )
        return asked.case

    done = submitted(request, form, act, done=_("Thank you. You hear from us here and by mail."))
    return done or page(request, "billing/quotas/ask.html", form, use=use)


def wanted(request: Any) -> offers.Use:
    """The service the address names, with what the project has of it; raises Http404."""
    code = request.GET.get("service", "")
    for use in offers.uses(request.project):
        if use.service.code == code and use.raisable:
            return use
    raise Http404
