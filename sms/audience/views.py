"""Pages of sender names and opt-outs."""

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ARRANGE, visible
from accounts.gates import in_project, signed_in
from core import marks
from core.forms import OnceForm, page, submitted
from core.pages import Column, Listing
from core.web import address
from sms.audience import actions
from sms.audience.models import OptOut, SenderName
from sms.messages.forms import NumberField

TONES = {"APPLIED": "busy", "APPROVED": "ok", "REFUSED": "bad", "DELETED": "idle"}


class SenderForm(OnceForm):
    """A name to be approved."""

    name = forms.CharField(
        label=gettext_lazy("Sender name"), max_length=11,
        help_text=gettext_lazy("3 to 11 letters and digits. We look at it, usually within a working day."),
    )  # fmt: skip
    end_user = forms.CharField(
        label=gettext_lazy("End user, if it isn't your own name"), max_length=100, required=False,
        help_text=gettext_lazy("Only after the screening for resale."),
    )  # fmt: skip


class OptOutForm(OnceForm):
    """A number that wants nothing."""

    destination = NumberField()


def remove_cell(name: str, label: str) -> Any:
    def cell(row: Any) -> SafeString:
        return marks.quick(address(name, row.number), "trash", f"{label}: {row}")

    return cell


def state_cell(sender: Any) -> SafeString:
    chip = marks.chip(TONES[sender.state], sender.get_state_display())
    return format_html("{}<small>{}</small>", chip, sender.reason) if sender.reason else chip


SENDERS = Listing(
    columns=[
        Column(gettext_lazy("Sender name"), lambda s: s.name, sort="name"),
        Column(gettext_lazy("State"), state_cell, look="corner"),
        Column(gettext_lazy("End user"), lambda s: s.end_user or "—"),
        Column(gettext_lazy("Applied for"), lambda s: marks.when(s.created_at)),
        Column("", remove_cell("sender_delete", gettext_lazy("Delete")), look="actions"),  # type: ignore[arg-type]
    ],
    filename="senders",
)
OPT_OUTS = Listing(
    columns=[
        Column(gettext_lazy("Number"), str),
        Column(gettext_lazy("How"), lambda o: o.get_source_display()),
        Column(gettext_lazy("Since"), lambda o: marks.when(o.created_at), sort="created_at"),
        Column("", remove_cell("optout_delete", gettext_lazy("Take off the list")), look="actions"),  # type: ignore[arg-type]
    ],
    number="number",
    sort="-created_at",
    filename="opt-outs",
)


@in_project
def senders(request: Any) -> HttpResponseBase:
    """The list of sender names."""
    rows = SenderName.objects.filter(project=request.project).alive()
    return SENDERS.answer(request, rows, "sms/audience/senders.html")


@in_project(level=ARRANGE)
def sender_new(request: Any) -> HttpResponse:
    """Ask for a name."""
    form = SenderForm(request.POST or None)

    def act() -> str:
        data = form.cleaned_data
        actions.apply(request.project, name=data["name"], end_user=data["end_user"], by=request.actor, at=request.now)
        return reverse("senders")

    done = submitted(request, form, act, done=_("Applied for. We will look at it and tell you."))
    return done or page(request, "sms/audience/sender_new.html", form)


@signed_in
def sender_delete(request: Any, number: int) -> HttpResponse:
    """Take a name off the list."""
    sender = visible(request, SenderName.objects.select_related("project"), number, ARRANGE)
    form = OnceForm(request.POST or None)

    def act() -> str:
        actions.delete(sender, by=request.actor, at=request.now)
        return reverse("senders")

    context = {"thing": sender, "list": reverse("senders")}
    return submitted(request, form, act) or page(request, "sms/audience/delete.html", form, **context)


@in_project
def opt_outs(request: Any) -> HttpResponseBase:
    """The numbers that want nothing."""
    return OPT_OUTS.answer(request, OptOut.objects.filter(project=request.project), "sms/audience/opt_outs.html")


@in_project(level=ARRANGE)
def opt_out_new(request: Any) -> HttpResponse:
    """Add a number."""
    form = OptOutForm(request.POST or None)

    def act() -> str:
        actions.opt_out(request.project, form.cleaned_data["destination"], by=request.actor, at=request.now)
        return reverse("optouts")

    done = submitted(request, form, act, done=_("Nothing is sent to this number any more."))
    return done or page(request, "sms/audience/opt_out_new.html", form)


@signed_in
def opt_out_delete(request: Any, number: int) -> HttpResponse:
    """Take a number off the list."""
    entry = visible(request, OptOut.objects.select_related("project"), number, ARRANGE)
    form = OnceForm(request.POST or None)

    def act() -> str:
        actions.opt_in(entry, by=request.actor, at=request.now)
        return reverse("optouts")

    context = {"thing": entry, "list": reverse("optouts")}
    return submitted(request, form, act) or page(request, "sms/audience/delete.html", form, **context)
