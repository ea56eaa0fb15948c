"""Pages of bulk actions: what would become of each row, then what became of it."""

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.bulk import actions, listing, lists
from accounts.bulk.forms import GoForm
from accounts.bulk.models import BulkRow, BulkRun
from accounts.gates import in_project, signed_in
from core.forms import submitted


@in_project
def index(request: Any) -> HttpResponseBase:
    """The bulk actions the person began in the project."""
    rows = BulkRun.objects.visible_to(request.actor).filter(project=request.project)
    return listing.RUNS.answer(request, rows, "accounts/bulk/list.html")


@require_POST
@in_project
def new(request: Any) -> HttpResponse:
    """Try a verb out on the rows that were picked."""
    listed = lists.found(request.POST.get("list", ""))
    verb = listed.verb(request.POST.get("verb", ""))
    rows = listed.chosen(request)
    run = actions.begin(listed, verb, rows, project=request.project, by=request.actor, at=request.now)
    actions.at_once(run, by=request.actor, at=request.now)
    return redirect(run)


@signed_in
def detail(request: Any, number: int) -> HttpResponseBase:
    """Each row with what would become of it, or what has; how far it is."""
    return shown(request, found(request, number), None)


@require_POST
@signed_in
def act(request: Any, number: int) -> HttpResponseBase:
    """Do it to the rows that are possible."""
    run = found(request, number)
    form = go_form(run, request.POST)

    def go() -> BulkRun:
        actions.act(run, by=request.actor, at=request.now)
        return run

    done = submitted(request, form, go)
    if done:
        actions.at_once(run, by=request.actor, at=request.now)
    return done or shown(request, run, form, status=422)


@require_POST
@signed_in
def stop(request: Any, number: int) -> HttpResponse:
    """Leave the remaining rows as they are."""
    run = found(request, number)
    actions.stop(run, by=request.actor, at=request.now)
    return redirect(run)


def found(request: Any, number: int) -> BulkRun:
    """The run with this number, if the person began it; raises Http404."""
    wanted = BulkRun.objects.select_related("project__organisation", "user").visible_to(request.actor)
    return get_object_or_404(wanted, number=number)


def go_form(run: BulkRun, data: Any = None) -> GoForm:
    ready = run.rows.filter(state=BulkRow.State.READY).count()
    return GoForm(data, count=ready, typed=actions.verb_of(run).typed)


def shown(request: Any, run: BulkRun, form: GoForm | None, status: int = 200) -> HttpResponseBase:
    """The page of a run."""
    sums = dict.fromkeys(BulkRow.State.values, 0) | dict(run.rows.values_list("state").annotate(Count("pk")))
    verb, rehearsing = actions.verb_of(run), run.state == BulkRun.State.REHEARSING
    done = run.total - sums["NEW"] if rehearsing else sums["DONE"] + sums["FAILED"]
    context: dict[str, Any] = {
        "run": run, "verb": verb, "listed": lists.found(run.listed), "sums": sums, "done": done,
        "goal": run.total if rehearsing else sums["READY"] + done,
        "doing": _("Trying out") if rehearsing else verb.label,
        "form": form or (go_form(run) if run.state == BulkRun.State.READY else None),
    }  # fmt: skip
    answer = listing.ROWS.answer(request, run.rows.all(), "accounts/bulk/detail.html", **context)
    answer.status_code = status
    return answer
