"""Pages of archives and CD-ROM images: the same for both, the kind stands in the address (compute.archives.urls)."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.access import ARRANGE, CREATE, VIEW, visible
from accounts.gates import in_project, signed_in
from billing import estimates
from compute import recipes
from compute.archives import actions, bulk, forms, listing, sharing
from compute.archives.models import Archive, Image
from compute.archives.uploads import point_of
from compute.library import labels
from compute.recipes import Labels
from core import operations
from core.forms import LabelsForm, OnceForm, TypeNameForm, page, submitted
from core.web import back, fragment

Kind = type[Image]


def found(request: Any, model: Kind, number: int, level: int = VIEW) -> Any:
    """The image behind the gate, with what its pages show."""
    more = ("source_archive", "source_disk") if model is Archive else ()
    wanted = model._default_manager.select_related("project__organisation", "zone", "contract", *more)
    return visible(request, wanted, number, level)


@in_project
def index(request: Any, model: Kind, *, ours: bool = False) -> HttpResponseBase:
    """The list: the project's, or ours."""
    context = {"noun": model.noun, "kind": model._meta.verbose_name_plural, "ours": ours}
    if not ours:
        return bulk.OF[model.noun].answer(request, "compute/archives/list.html", **context)
    rows = model.objects.visible_to(request.actor).filter(project=None).for_list()
    return listing.LISTINGS[model.noun].answer(request, rows, "compute/archives/list.html", **context)


@in_project(level=CREATE)
def create(request: Any, model: Kind) -> HttpResponse:
    """Order a blank image to upload to, or a copy of an archive, also in another zone."""
    form = order_form(request, model)

    def act() -> Image:
        make = actions.create if model is Archive else actions.create_cdrom
        return make(request.project, form.order(), by=request.actor, at=request.now)

    done = submitted(request, form, act)
    context = {"noun": model.noun, "kind": model._meta.verbose_name, "kinds": model._meta.verbose_name_plural}
    return done or page(request, "compute/archives/create.html", form, **priced(form, request), **context)


@require_POST
@in_project(level=CREATE)
def price(request: Any, model: Kind) -> HttpResponse:
    """The price of what the order form says now."""
    return render(request, "compute/archives/create.html#price", priced(order_form(request, model), request))


def order_form(request: Any, model: Kind) -> forms.OrderForm:
    source = request.GET.get("from", "")
    return forms.OrderForm(request.POST or None, model=model, project=request.project, source=source)


def priced(form: forms.OrderForm, request: Any) -> dict[str, Any]:
    """What the order costs, and how a program orders it."""
    zone, recipe = form.picked("zone"), form.recipe()
    charged = zone is None or not zone.is_sandbox
    price = estimates.order(form.items(), zone=zone.code if zone else "", charged=charged, at=request.now)
    return {"price": price, "samples": recipe.ordering() if recipe else []}


@signed_in
def detail(request: Any, number: int, model: Kind) -> HttpResponse:
    """All about one image."""
    image = found(request, model, number)
    recipe = recipes.image(image.noun, Labels.of(image), image.zone.code, size_gb=image.size_gb, copied=True)
    context = status_of(image, request) | {"events": audit.timeline(image), "samples": recipe.reading(image.number)}
    if image.contract is not None:
        context["charges"] = estimates.of_contract(image.contract, at=request.now)
    if isinstance(image, Archive) and image.project_id is not None:
        context |= {"share": sharing.current(image), "uses": sharing.uses(image), "use": sharing.use_of(image)}
    return render(request, "compute/archives/detail.html", context)


def status_of(image: Image, request: Any) -> dict[str, Any]:
    """What the part of the page shows that changes while a worker is busy."""
    may_upload = request.actor.level_in(image.project_id) >= ARRANGE
    password = image.unsealed_password() if may_upload else ""
    return {
        "image": image,
        "chip": listing.state_chip(image),
        "first": listing.first_verbs(image, request.actor),
        "more": listing.more_verbs(image, request.actor),
        "operation": operations.pending(image),
        "upload": point_of(image, password) if image.state == Image.State.UPLOADING else None,
    }


@signed_in
def status(request: Any, number: int, model: Kind) -> HttpResponse:
    """The changing part alone, for polling."""
    context = status_of(found(request, model, number), request)
    return fragment(request, "compute/archives/detail.html#status", **context)


@signed_in
def edit(request: Any, number: int, model: Kind) -> HttpResponse:
    """Change its name, description and tags."""
    image: Image = found(request, model, number, ARRANGE)
    form = LabelsForm.of(image, request.POST)

    def act() -> Image:
        actions.edit(image, **form.labels(), by=request.actor, at=request.now)
        return image

    done = submitted(request, form, act, done=_("Saved."))
    return done or page(request, "compute/archives/edit.html", form, image=image)


@signed_in
def open_upload(request: Any, number: int, model: Kind) -> HttpResponse:
    """Open the upload again, after saying that meanwhile nothing is made from it; or get a new password."""
    image: Image = found(request, model, number, Image.MOVES["open_upload"].level)
    form = OnceForm(request.POST or None)

    def act() -> Image:
        actions.open_upload(image, by=request.actor, at=request.now)
        return image

    done = submitted(request, form, act, done=_("The upload is open; its password is on this page."))
    return done or page(request, "compute/archives/upload.html", form, image=image)


@require_POST
@signed_in
def close_upload(request: Any, number: int, model: Kind) -> HttpResponse:
    """The upload is complete."""
    image = found(request, model, number, Image.MOVES["close_upload"].level)
    actions.close_upload(image, by=request.actor, at=request.now)
    return back(request, image.get_absolute_url())


@require_POST
@signed_in
def protect(request: Any, number: int, model: Kind) -> HttpResponse:
    """Lock it against deletion, or unlock it."""
    image = found(request, model, number, ARRANGE)
    labels.protect(image, model.noun, protected=not image.protected, by=request.actor, at=request.now)
    return back(request, image.get_absolute_url())


@signed_in
def delete(request: Any, number: int, model: Kind) -> HttpResponse:
    """Delete it, after showing what that costs."""
    image = found(request, model, number, Image.MOVES["delete"].level)
    if image.contract is None:
        raise Http404
    form = TypeNameForm(request.POST or None, name=image.name)

    def act() -> str:
        actions.delete(image, by=request.actor, at=request.now)
        return f"{model.noun}s"

    done = submitted(request, form, act, done=_("“%(name)s” was deleted.") % {"name": image.name})
    ending = estimates.of_ending(image.contract, at=request.now)
    return done or page(request, "compute/archives/delete.html", form, image=image, ending=ending)
