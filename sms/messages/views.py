"""Pages of messages: send one, the log, one message, its number in full."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import POWER, require
from accounts.gates import in_project, signed_in
from accounts.projects.models import Project
from billing import estimates
from core.forms import page, submitted
from core.web import back
from sms import segments
from sms.messages import actions, forms, listing
from sms.messages.models import Message
from sms.subscriptions.models import Kind, Subscription
from sms.two_factor.models import Verification


def subscribed(project: Project, kind: str) -> Subscription | None:
    """The project's subscription of a kind, if it has one."""
    rows = Subscription.objects.select_related("project__organisation", "contract")
    return rows.filter(project=project, kind=kind, state="ACTIVE").first()


@in_project
def index(request: Any) -> HttpResponseBase:
    """The log. A whole phone number finds what was sent to it."""
    rows = Message.objects.filter(project=request.project).alive().select_related("subscription")
    return listing.LOG.answer(request, rows, "sms/messages/list.html")


@in_project(level=POWER)
def new(request: Any) -> HttpResponse:
    """Send one message."""
    subscription = subscribed(request.project, Kind.A2P)
    if subscription is None:
        return redirect("sms")
    form = forms.SendForm(request.POST or None, project=request.project)

    def act() -> Message:
        return actions.send(subscription, form.text(), by=request.actor, at=request.now)

    done = submitted(request, form, act)
    context = {"measured": segments.measure(form.data.get("body", "")), "price": priced(request)}
    return done or page(request, "sms/messages/new.html", form, **context)


@require_POST
@in_project(level=POWER)
def measure(request: Any) -> HttpResponse:
    """How long the text is, half-written as it may be."""
    text = request.POST.get("body", "").replace("\r\n", "\n")
    context = {"measured": segments.measure(text[:5000]), "price": priced(request)}
    return render(request, "sms/messages/new.html#price", context)


def priced(request: Any) -> estimates.Estimate:
    return estimates.order([("sms.a2p", "")], at=request.now)


def found(request: Any, uuid: UUID, level: int = 0) -> Message:
    """The message behind the gate."""
    rows = Message.objects.visible_to(request.actor).alive().select_related("subscription", "project", "batch")
    message: Message = get_object_or_404(rows, uuid=uuid)
    if level:
        require(request.actor, message.project_id, level)
    return message


@signed_in
def detail(request: Any, uuid: UUID) -> HttpResponse:
    """One message: its way, step by step."""
    return shown(request, found(request, uuid))


def shown(request: Any, message: Message, **revealed: str) -> HttpResponse:
    context = {
        "message": message,
        "chip": listing.state_chip(message),
        "masked": listing.masked(message),
        "took": listing.took(message),
        "steps": listing.steps(message),
        "live": message.is_live(request.now),
        "code": Verification.objects.filter(message=message).first(),
        "may_look": request.actor.level_in(message.project_id) >= POWER,
        **revealed,
    }
    return render(request, "sms/messages/detail.html", context)


@require_POST
@signed_in
def reveal(request: Any, uuid: UUID) -> HttpResponse:
    """Its number and text in full; that somebody looked is in the event log."""
    message = found(request, uuid, POWER)
    number, text = actions.reveal(message, by=request.actor, at=request.now)
    return shown(request, message, number=number, text=text or _("The text is no longer kept."))


@require_POST
@signed_in
def stop(request: Any, uuid: UUID) -> HttpResponse:
    """Don't send it."""
    message = found(request, uuid, POWER)
    actions.stop(message, by=request.actor, at=request.now)
    return back(request, message.get_absolute_url())
