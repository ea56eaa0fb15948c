"""Pages of sub-options and settings of a SIM: each view is its gate and one call."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import consents
from accounts.access import ARRANGE
from accounts.gates import signed_in
from billing.contracts import Service
from compute.networks.pages import Question
from core.forms import OnceForm, page, submitted
from mobile.services import DEVICE_LOCK, FIXED_IP
from mobile.sims import forms, options
from mobile.sims.models import Sim
from mobile.sims.views import FOLDER, found


def asked(request: Any, sim: Sim, form: OnceForm, act: Callable[[], object], **words: Any) -> HttpResponse:
    """Do what was asked to the SIM and go back to it, or ask."""
    question = Question(crumbs=[(_("SIMs"), reverse("sims")), (sim.name, sim.get_absolute_url())], **words)

    def done() -> Sim:
        act()
        return sim

    answer = submitted(request, form, done, done=_("Saved."))
    return answer or page(request, f"{FOLDER}/option.html", form, question=question)


def lacking(sim: Sim, service: Service, request: Any) -> Any:
    """The conditions of a sub-option that are not agreed to yet."""
    return consents.missing(sim.project.organisation, service.consents, request.now)


@signed_in
def fix_address(request: Any, number: int) -> HttpResponse:
    """Give it an address of its own."""
    sim, by, at = found(request, number, ARRANGE), request.actor, request.now
    initial = {"address": sim.address or ""}
    form = forms.AddressForm(request.POST or None, lacking=lacking(sim, FIXED_IP, request), initial=initial)
    return asked(
        request, sim, form,
        lambda: options.fix_address(sim, form.cleaned_data["address"], accepted=form.codes(), by=by, at=at),
        title=_("Fixed IP"), asks=_("Which address shall “%(name)s” have?") % {"name": sim.name}, button=_("Save"),
        points=[(_("It takes effect when the device connects the next time. It is free."), "40-1")],
    )  # fmt: skip


@signed_in
def free_address(request: Any, number: int) -> HttpResponse:
    """Take the address back."""
    sim, by, at = found(request, number, ARRANGE), request.actor, request.now
    form, asks = OnceForm(request.POST or None), _("Remove the fixed address of “%(name)s”?") % {"name": sim.name}
    act = partial(options.free_address, sim, by=by, at=at)
    return asked(request, sim, form, act, title=_("Fixed IP"), asks=asks, button=_("Remove"))


@signed_in
def lock_device(request: Any, number: int) -> HttpResponse:
    """Lock it to one device."""
    sim, by, at = found(request, number, ARRANGE), request.actor, request.now
    initial = {"imei": sim.imei or sim.connected_imei}
    form = forms.DeviceForm(request.POST or None, lacking=lacking(sim, DEVICE_LOCK, request), initial=initial)
    return asked(
        request, sim, form,
        lambda: options.lock_device(sim, form.cleaned_data["imei"], accepted=form.codes(), by=by, at=at),
        title=_("Device lock"), asks=_("Which device may use “%(name)s”?") % {"name": sim.name}, button=_("Lock"),
        icon="lock", points=[(_("In any other device it can't communicate. It is free."), "40-1")],
    )  # fmt: skip


@signed_in
def unlock_device(request: Any, number: int) -> HttpResponse:
    """Let any device use it."""
    sim, by, at = found(request, number, ARRANGE), request.actor, request.now
    form, asks = OnceForm(request.POST or None), _("Let any device use “%(name)s”?") % {"name": sim.name}
    act = partial(options.unlock_device, sim, by=by, at=at)
    return asked(request, sim, form, act, title=_("Device lock"), asks=asks, button=_("Unlock"), icon="lock-open")


@signed_in
def allow_networks(request: Any, number: int) -> HttpResponse:
    """Choose the carriers."""
    sim, by, at = found(request, number, ARRANGE), request.actor, request.now
    form = forms.NetworksForm(request.POST or None, initial={"networks": sim.networks})
    return asked(
        request, sim, form, lambda: options.allow_networks(sim, form.cleaned_data["networks"], by=by, at=at),
        title=_("Networks"), asks=_("Which networks may “%(name)s” use?") % {"name": sim.name}, button=_("Save"),
        points=[(_("Coverage and speed differ between them and are not warranted."), "42-1")],
    )  # fmt: skip


@signed_in
def note_lock(request: Any, number: int) -> HttpResponse:
    """Note what wrong PINs or PUKs did to it."""
    sim, by, at = found(request, number, ARRANGE), request.actor, request.now
    form = forms.LockForm(request.POST or None, initial={"lock": sim.card.lock})
    return asked(
        request, sim, form, lambda: options.note_lock(sim, form.cleaned_data["lock"], by=by, at=at),
        title=_("PIN and PUK"), asks=_("What happened to “%(name)s”?") % {"name": sim.name}, button=_("Save"),
        points=[
            (_("Three wrong PINs lock it; the PUK unlocks it in the device."), "43-3"),
            (_("Ten wrong PUKs make it unusable for good, without exchange or refund."), "43-4"),
            (_("The note changes no fee: fees go on until the SIM is deleted."), "43-5"),
        ],
    )  # fmt: skip
