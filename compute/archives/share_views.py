"""Pages of sharing: the key is made and shown once, replaced, revoked; somebody else's archive copied and reported."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import consents
from accounts.access import CREATE
from accounts.gates import in_project, signed_in
from compute.archives import forms, sharing
from compute.archives.models import Archive, ArchiveShare
from compute.archives.views import found
from compute.services import ARCHIVE_SHARE
from core.forms import OnceForm, page, submitted


@signed_in
def share(request: Any, number: int) -> HttpResponse:
    """Read and accept the three points, make the key; the answer shows it, which no later page does (29-1, 30-1)."""
    archive = found(request, Archive, number, CREATE)
    if archive.project is None:
        raise Http404
    if sharing.current(archive) is not None:
        return redirect(archive)
    lacking = consents.missing(archive.project.organisation, ARCHIVE_SHARE.consents, request.now)
    form = forms.ShareForm(request.POST or None, lacking=lacking)
    return answered(
        request, archive, form, "share",
        lambda: sharing.share(archive, accepted=form.codes(), by=request.actor, at=request.now),
    )  # fmt: skip


@signed_in
def rotate(request: Any, number: int) -> HttpResponse:
    """Replace the key; the old one is worthless at once (29-1)."""
    archive, share = shared(request, number)
    form = OnceForm(request.POST or None)
    return answered(
        request, archive, form, "rotate", lambda: sharing.rotate(share, by=request.actor, at=request.now)
    )  # fmt: skip


def answered(request: Any, archive: Archive, form: OnceForm, name: str, make: Any) -> HttpResponse:
    """The form's page; once a key is made, the only page that shows it."""
    made: list[str] = []

    def act() -> Archive:
        made.append(make())
        return archive

    done = submitted(request, form, act)
    if made:
        return render(request, "compute/archives/key.html", {"archive": archive, "key": made[0]})
    return done or page(request, f"compute/archives/{name}.html", form, archive=archive)


@signed_in
def revoke(request: Any, number: int) -> HttpResponse:
    """End the sharing; copies that were made stay (29-1)."""
    archive, share = shared(request, number)
    form = OnceForm(request.POST or None)

    def act() -> Archive:
        sharing.revoke(share, by=request.actor, at=request.now)
        return archive

    done = submitted(request, form, act, done=_("The share key is revoked."))
    return done or page(request, "compute/archives/revoke.html", form, archive=archive)


def shared(request: Any, number: int) -> tuple[Archive, ArchiveShare]:
    """The archive behind the gate and its share. Raises Http404 when it isn't shared."""
    archive = found(request, Archive, number, CREATE)
    share = sharing.current(archive)
    if share is None or not share.is_active:
        raise Http404
    return archive, share


@in_project(level=CREATE)
def copy(request: Any) -> HttpResponse:
    """Copy somebody's shared archive with its key (29-1, 30-1)."""
    lacking = consents.missing(request.project.organisation, [sharing.USE_CONSENT], request.now)
    form = forms.CopyForm(request.POST or None, lacking=lacking)

    def act() -> Archive:
        key, order = form.cleaned_data["key"], form.order()
        return sharing.copy(request.project, key, order, accepted=form.codes(), by=request.actor, at=request.now)

    return submitted(request, form, act) or page(request, "compute/archives/copy.html", form)


@signed_in
def report(request: Any, number: int) -> HttpResponse:
    """Report a shared archive that one has copied (30-1)."""
    archive = found(request, Archive, number)
    if sharing.use_of(archive) is None:
        raise Http404
    form = forms.ReportForm(request.POST or None)

    def act() -> Any:
        return sharing.report(archive, form.cleaned_data["body"], by=request.actor, at=request.now)

    done = submitted(request, form, act, done=_("We have received your report and will look into it."))
    return done or page(request, "compute/archives/report.html", form, archive=archive)
