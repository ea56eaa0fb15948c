"""Pages of Mono Platform: each view is its gate and one call."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.access import ARRANGE, CREATE, VIEW, visible
from accounts.gates import in_project, signed_in
from billing import estimates
from compute.library import labels
from core.calendar import Month
from core.forms import LabelsForm, OnceForm, TypeNameForm, page, submitted
from core.web import back
from mobile.connect import actions as connect
from mobile.mono import devices, forms, listing, projects, suboptions, traffic
from mobile.mono.models import Device, DeviceGrant, MonoProject

FOLDER = "mobile/mono"


@in_project
def index(request: Any) -> HttpResponseBase:
    """The platform: its contract, what it is, what it costs, the Mono projects."""
    rows = MonoProject.objects.visible_to(request.actor).alive().filter(project=request.project)
    context = {
        "platform": projects.of(request.project),
        "foundation": connect.of(request.project),
        "individual": request.project.organisation.is_individual,
        "may_order": request.actor.level_in(request.project.pk) >= CREATE,
    }
    return listing.MONOS.answer(request, rows, f"{FOLDER}/list.html", **context)


def found(request: Any, number: int, level: int = VIEW) -> MonoProject:
    """The Mono project behind the gate."""
    wanted = MonoProject.objects.select_related("project__organisation", "contract")
    mono: MonoProject = visible(request, wanted, number, level)
    return mono


@in_project(level=CREATE)
def create(request: Any) -> HttpResponse:
    """Create one."""
    form = forms.CreateForm(request.POST or None, project=request.project, at=request.now)

    def act() -> MonoProject:
        business_use = form.cleaned_data.get("business_use", False)
        return projects.create(
            request.project, form.order(), business_use=business_use, accepted=form.codes(), by=request.actor,
            at=request.now,
        )  # fmt: skip

    price = estimates.order([("mono", "")], at=request.now)
    done = submitted(request, form, act, done=_("The Mono project is there. Put SIMs in."))
    return done or page(request, f"{FOLDER}/create.html", form, price=price)


@signed_in
def detail(request: Any, number: int) -> HttpResponseBase:
    """One Mono project with its devices and sub-options."""
    mono = found(request, number)
    rows = DeviceGrant.objects.granted().filter(mono_project=mono).select_related("device__sim")
    context = {
        "mono": mono,
        "more": listing.mono_verbs(mono, request.actor),
        "add": listing.add_verb(mono, request.actor),
        "options": listing.options(mono, request.actor),
        "events": audit.timeline(mono),
    }
    return listing.DEVICES.answer(request, rows, f"{FOLDER}/detail.html", **context)


@signed_in
def edit(request: Any, number: int) -> HttpResponse:
    """Change its name, description and tags."""
    mono = found(request, number, ARRANGE)
    form = LabelsForm.of(mono, request.POST)

    def act() -> MonoProject:
        projects.edit(mono, **form.labels(), by=request.actor, at=request.now)
        return mono

    return submitted(request, form, act, done=_("Saved.")) or page(request, f"{FOLDER}/edit.html", form, mono=mono)


@require_POST
@signed_in
def protect(request: Any, number: int) -> HttpResponse:
    """Lock it against deletion, or unlock it."""
    mono = found(request, number, ARRANGE)
    labels.protect(mono, "mono", protected=not mono.protected, by=request.actor, at=request.now)
    return back(request, mono.get_absolute_url())


@signed_in
def delete(request: Any, number: int) -> HttpResponse:
    """Delete it, after showing what must go first and what ends with it."""
    mono = found(request, number, MonoProject.MOVES["delete"].level)
    form = TypeNameForm(request.POST or None, name=mono.name)

    def act() -> str:
        projects.delete(mono, by=request.actor, at=request.now)
        return "monos"

    done = submitted(request, form, act, done=_("“%(name)s” was deleted.") % {"name": mono.name})
    ending = estimates.of_ending(mono.contract, at=request.now)
    return done or page(request, f"{FOLDER}/delete.html", form, mono=mono, ending=ending)


@signed_in
def add(request: Any, number: int) -> HttpResponse:
    """Put SIMs in."""
    mono = found(request, number, CREATE)
    form = forms.AddForm(request.POST or None, mono=mono, at=request.now, initial={"sims": request.GET.get("sim", "")})

    def act() -> MonoProject:
        devices.add_all(mono, form.found, accepted=form.codes(), by=request.actor, at=request.now)
        return mono

    count = len(form.found) or 1
    done = ngettext("%(count)s device ID was granted.", "%(count)s device IDs were granted.", count) % {"count": count}
    price = estimates.order([("mono", "")], at=request.now)
    return submitted(request, form, act, done=done) or page(
        request, f"{FOLDER}/add.html", form, mono=mono, price=price
    )  # fmt: skip


def device_of(request: Any, number: int, level: int = VIEW) -> Device:
    """The device ID behind the gate."""
    wanted = Device.objects.select_related("project__organisation", "sim")
    device: Device = visible(request, wanted, number, level)
    return device


@signed_in
def device(request: Any, number: int) -> HttpResponse:
    """All about one device ID."""
    return render(request, f"{FOLDER}/device.html", device_context(request, device_of(request, number)))


def device_context(request: Any, device: Device) -> dict[str, Any]:
    """What the page of a device ID shows. Its grants are its history: the newest ones."""
    rows = DeviceGrant.objects.filter(device=device).select_related("mono_project", "contract").order_by("-granted_at")
    grants = list(rows[:20])
    grant = next((one for one in grants if one.state == DeviceGrant.State.GRANTED), None)
    return {
        "device": device,
        "grant": grant,
        "grants": grants,
        "chip": listing.grant_chip(grant),
        "charges": estimates.of_contract(grant.contract, at=request.now) if grant else None,
        "volume": traffic.months([device.pk], Month.of(request.now)).get(device.pk, traffic.Volume()),
        "days": traffic.days(device, request.now),
        "events": audit.timeline(grant) if grant else [],
        "verbs": listing.device_verbs(device, grant, request.actor),
    }


@signed_in
def remove(request: Any, number: int) -> HttpResponse:
    """Take its SIM out of the Mono project, after saying what that costs."""
    device = device_of(request, number, CREATE)
    grant = devices.current(device)
    form = OnceForm(request.POST or None)

    def act() -> MonoProject:
        devices.remove(grant, by=request.actor, at=request.now)
        return grant.mono_project

    done = submitted(request, form, act, done=_("“%(name)s” was removed.") % {"name": device})
    ending = estimates.of_ending(grant.contract, at=request.now)
    return done or page(request, f"{FOLDER}/remove.html", form, device=device, grant=grant, ending=ending)


@signed_in
def token(request: Any, number: int) -> HttpResponse:
    """Make a new token for the device, shown once."""
    device = device_of(request, number, ARRANGE)
    form = OnceForm(request.POST or None)
    if request.method == "POST":
        secret = devices.renew_token(device, by=request.actor, at=request.now)
        return render(request, f"{FOLDER}/token_made.html", {"device": device, "secret": secret})
    return page(request, f"{FOLDER}/token.html", form, device=device)


@signed_in
def stop(request: Any, number: int, kind: str) -> HttpResponse:
    """Stop using a sub-option, after saying what that costs."""
    mono = found(request, number, CREATE)
    suboption = suboptions.in_use(mono, kind)
    form = OnceForm(request.POST or None)

    def act() -> MonoProject:
        suboptions.end(suboption, by=request.actor, at=request.now)
        return mono

    done = submitted(request, form, act, done=_("“%(name)s” has ended.") % {"name": suboption.get_kind_display()})
    ending = estimates.of_ending(suboption.contract, at=request.now)
    return done or page(request, f"{FOLDER}/stop.html", form, mono=mono, suboption=suboption, ending=ending)
