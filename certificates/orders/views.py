"""Pages of certificates: each view is its gate and one call."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import audit, consents
from accounts.access import ARRANGE, CREATE, VIEW, visible
from accounts.gates import in_project, public, signed_in
from certificates.authorities.models import Authority
from certificates.orders import actions, endings, forms, issuing, listing, names
from certificates.orders.models import Certificate, Challenge, Issuance
from compute.load_balancers.models import LoadBalancer
from core.forms import LabelsForm, OnceForm, page, submitted
from core.web import back, fragment

FOLDER = "certificates"


def found(request: Any, number: int, level: int = VIEW) -> Certificate:
    """The certificate behind the gate, with what its pages show."""
    wanted = Certificate.objects.select_related(
        "project__organisation", "contract", "authority__successor", "balancer__contract", "balancer__shared_address",
        "balancer__zone", "current__authority", "case",
    )  # fmt: skip
    certificate: Certificate = visible(request, wanted, number, level)
    return certificate


@in_project
def index(request: Any) -> HttpResponseBase:
    """The list."""
    rows = Certificate.objects.visible_to(request.actor).filter(project=request.project).for_list()
    return listing.LISTING.answer(request, rows.select_related("contract"), f"{FOLDER}/list.html")


@in_project(level=CREATE)
def create(request: Any) -> HttpResponse:
    """Order one, its consents ticked one by one (79-1, 80-1)."""
    codes = {code for authority in Authority.objects.offered() for code in authority.consents}
    lacking = consents.missing(request.project.organisation, sorted(codes, reverse=True), request.now)
    form = forms.OrderForm(
        request.POST or None, lacking=lacking, project=request.project, actor=request.actor,
        wanted=request.GET.get("balancer", ""),
    )  # fmt: skip

    def act() -> Certificate:
        return actions.order(request.project, form.order(), accepted=form.codes(), by=request.actor, at=request.now)

    done = submitted(request, form, act, done=_("Ordered. We apply for the certificate now."))
    return done or page(request, f"{FOLDER}/create.html", form, has_balancers=bool(form.picker("balancer").things))


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """All about one certificate."""
    certificate = found(request, number)
    issuances = certificate.issuances.select_related("authority").defer("private_key", "csr", "chain")
    context = status_of(certificate, request) | {
        "events": audit.timeline(certificate, 40),
        "issuances": issuances.order_by("-ordinal")[:10],
    }
    return render(request, f"{FOLDER}/detail.html", context)


def status_of(certificate: Certificate, request: Any) -> dict[str, Any]:
    """What the part of the page shows that changes while a worker is busy."""
    issuance = issuing.under_way(certificate)
    life = certificate.current.life if certificate.current is not None else None
    return {
        "certificate": certificate,
        "names": [names.shown(name) for name in certificate.names],
        "issuance": issuance,
        "steps": steps_of(issuance),
        "records": issuance.challenges.exclude(record="").order_by("pk") if issuance else (),
        "chip": listing.state_chip(certificate, issuance),
        "left": listing.left(certificate, request.now),
        "follows": listing.follows(certificate, issuance),
        "last": life.opt_out_until if life else None,
        "verbs": listing.verbs(certificate, issuance, request.actor),
        "more": listing.more_verbs(certificate, request.actor, request.now),
    }


def steps_of(issuance: Issuance | None) -> list[tuple[str, str]]:
    """The steps of what is under way: how far each is, and what it is called."""
    if issuance is None:
        return []
    now = "failed" if issuance.trouble else "now"
    looks = ["done"] * issuance.step + [now] + [""] * len(Issuance.STEPS)
    return [(look, str(step.label)) for look, step in zip(looks, Issuance.STEPS, strict=False)]


@signed_in
def status(request: Any, number: int) -> HttpResponse:
    """The changing part alone, for polling."""
    return fragment(request, f"{FOLDER}/detail.html#status", **status_of(found(request, number), request))


def asked(
    request: Any, certificate: Certificate, name: str, act: Callable[[], object], *, form: OnceForm | None = None,
    done: str = "", to: str = "", **context: Any,
) -> HttpResponse:  # fmt: skip
    """A question about the certificate; back to its page, or to `to`, when it is done."""
    form = form or forms.DoForm(request.POST or None)

    def acted() -> Certificate | str:
        act()
        return to or certificate

    answer = submitted(request, form, acted, done=done or _("Saved."))
    return answer or page(request, f"{FOLDER}/{name}.html", form, certificate=certificate, **context)


@signed_in
def edit(request: Any, number: int) -> HttpResponse:
    """Change its name, description and tags."""
    certificate = found(request, number, ARRANGE)
    form, by, at = LabelsForm.of(certificate, request.POST), request.actor, request.now
    return asked(
        request, certificate, "edit", lambda: actions.edit(certificate, **form.labels(), by=by, at=at), form=form
    )


@signed_in
def opt_out(request: Any, number: int) -> HttpResponse:
    """Decline the renewal, after saying until when and what follows (84-2)."""
    certificate = found(request, number, Certificate.MOVES["opt_out"].level)
    last = certificate.current.life.opt_out_until if certificate.current else None
    return asked(
        request, certificate, "opt_out", lambda: actions.opt_out(certificate, by=request.actor, at=request.now),
        done=_("The renewal was declined."), last=last,
    )  # fmt: skip


@require_POST
@signed_in
def opt_in(request: Any, number: int) -> HttpResponse:
    """Take the opt-out back."""
    certificate = found(request, number, Certificate.MOVES["opt_in"].level)
    actions.opt_in(certificate, by=request.actor, at=request.now)
    return back(request, certificate.get_absolute_url())


@signed_in
def reissue(request: Any, number: int) -> HttpResponse:
    """Have it issued anew, after saying what that does."""
    certificate = found(request, number, Certificate.MOVES["reissue"].level)
    return asked(
        request, certificate, "reissue", lambda: actions.reissue(certificate, by=request.actor, at=request.now)
    )


@require_POST
@signed_in
def retry(request: Any, number: int) -> HttpResponse:
    """Try now what is to be tried later."""
    certificate = found(request, number, ARRANGE)
    actions.try_again(certificate, by=request.actor, at=request.now)
    return back(request, certificate.get_absolute_url())


@require_POST
@signed_in
def replace(request: Any, number: int) -> HttpResponse:
    """Allow replacing one's own certificate."""
    certificate = found(request, number, ARRANGE)
    actions.allow_replacing(certificate, by=request.actor, at=request.now)
    return back(request, certificate.get_absolute_url())


@signed_in
def cancel(request: Any, number: int) -> HttpResponse:
    """Cancel it with effect today, after saying what that does to the site (84-3, 84-5)."""
    certificate = found(request, number, Certificate.MOVES["end"].level)
    return asked(
        request, certificate, "cancel", lambda: endings.cancel(certificate, by=request.actor, at=request.now),
        done=_("“%(name)s” has ended.") % {"name": certificate.name}, to="certificates",
    )  # fmt: skip


@signed_in
def of_balancer(request: Any, number: int) -> HttpResponse:
    """The certificates of a load balancer that we look after, for its page; a page of its own without htmx."""
    balancer: LoadBalancer = visible(request, LoadBalancer.objects.select_related("project"), number)
    rows = list(Certificate.objects.for_list().filter(balancer=balancer).select_related("contract").order_by("pk"))
    listing.dress(rows, request.now)
    may_order = request.actor.level_in(balancer.project_id) >= CREATE
    part = f"{FOLDER}/of_balancer.html{'#inside' if request.htmx else ''}"
    return render(request, part, {"balancer": balancer, "rows": rows, "may_order": may_order})


@public
def answer(request: Any, token: str) -> HttpResponse:
    """What an authority is answered for a name that leads to the panel itself (HTTP-01)."""
    waiting = Challenge.objects.filter(token=token, record="").exclude(issuance__state__in=issuing.OVER).first()
    if waiting is None:
        return HttpResponse(status=404)
    return HttpResponse(waiting.answer, content_type="application/octet-stream")
