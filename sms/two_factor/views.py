"""Trying two-step verification in the browser: send a code, type it in."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import POWER, require
from accounts.gates import in_project, signed_in
from core.forms import OnceForm, page, submitted
from sms import numbers
from sms.messages.forms import NumberField, SenderField
from sms.messages.views import subscribed
from sms.subscriptions.models import Kind
from sms.two_factor import actions
from sms.two_factor.models import Verification


class CodeForm(OnceForm):
    """What is sent to whom."""

    destination = NumberField()
    sender = SenderField()
    brand = forms.CharField(
        label=gettext_lazy("Name in the text"), required=False, max_length=actions.BRAND_LONGEST,
        help_text=gettext_lazy("Whose code it is; the text begins with it."),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=[("ja", "日本語"), ("en", "English")])
    minutes = forms.IntegerField(label=gettext_lazy("Valid for (minutes)"), min_value=2, max_value=10, initial=5)
    code = forms.CharField(
        label=gettext_lazy("Code"), required=False, max_length=8,
        help_text=gettext_lazy("4 to 8 digits of your own. Empty: we make one of 6 digits."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    domain = forms.CharField(
        label=gettext_lazy("Domain"), required=False, max_length=253,
        help_text=gettext_lazy("Browsers on this domain offer the code by themselves (WebOTP)."),
    )  # fmt: skip

    def order(self) -> actions.CodeOrder:
        data = self.cleaned_data
        sender = data["sender"].name if data["sender"] else ""
        return actions.CodeOrder(
            data["destination"], code=data["code"], sender=sender, domain=data["domain"].lower(),
            language=data["language"], minutes=data["minutes"], brand=data["brand"],
        )  # fmt: skip


class CheckForm(OnceForm):
    """The code somebody typed in."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip


@in_project(level=POWER)
def new(request: Any) -> HttpResponse:
    """Send a code to a number."""
    subscription = subscribed(request.project, Kind.TWO_FACTOR)
    if subscription is None:
        return redirect("sms")
    form = CodeForm(request.POST or None)
    field = form.fields["sender"]
    assert isinstance(field, SenderField)
    field.of(request.project)

    def act() -> str:
        verification, _code = actions.send(subscription, form.order(), by=request.actor, at=request.now)
        return reverse("code", args=[verification.uuid])

    return submitted(request, form, act) or page(request, "sms/two_factor/new.html", form)


def found(request: Any, uuid: UUID) -> Verification:
    """The verification behind the gate."""
    rows = Verification.objects.visible_to(request.actor).select_related(
        "project__organisation", "subscription__contract", "subscription__project", "message"
    )
    verification: Verification = get_object_or_404(rows, uuid=uuid)
    require(request.actor, verification.project_id, POWER)
    return verification


@signed_in
def detail(request: Any, uuid: UUID) -> HttpResponse:
    """Type the code in."""
    verification = found(request, uuid)
    form = CheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if actions.check(verification, form.cleaned_data["code"], at=request.now):
            toasts.success(request, _("This is the code."))
            return redirect("code", uuid)
        form.add_error("code", _("This is not the code, or it is no longer valid."))
    context = {
        "verification": verification,
        "masked": numbers.masked(verification.destination),
        "open": verification.state == "PENDING" and verification.expires_at > request.now,
        "left": max(actions.CHECKS - verification.checks, 0),
    }
    return page(request, "sms/two_factor/detail.html", form, **context)


@require_POST
@signed_in
def resend(request: Any, uuid: UUID) -> HttpResponse:
    """Send a new code instead."""
    verification, _code = actions.resend(found(request, uuid), by=request.actor, at=request.now)
    return redirect("code", verification.uuid)
