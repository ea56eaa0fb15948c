"""Pages of papers: all of them, one receipt, one return invoice, the files."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.gates import in_organisation
from billing.credit_notes.models import CreditNote
from billing.invoices.models import Invoice
from billing.papers import asking, bundles, files, listing
from billing.papers.forms import YearForm
from billing.papers.models import Bundle, Document, Paper, Receipt
from billing.papers.paid import paid_by
from core.forms import submitted

BUNDLES = 5
# The models of papers by the letter their numbers begin with.
LETTERS = {"E": Invoice, "R": CreditNote, "P": Receipt}


@in_organisation(bill=True)
def index(request: Any) -> HttpResponseBase:
    """All papers, and the ZIP of a year."""
    return shown(request, YearForm(years=bundles.years_of(request.organisation)))


@require_POST
@in_organisation(bill=True)
def pack(request: Any) -> HttpResponseBase:
    """Have the papers of a year packed."""
    form = YearForm(request.POST, years=bundles.years_of(request.organisation))

    def act() -> str:
        bundles.ask(request.organisation, form.cleaned_data["year"], by=request.actor, at=request.now)
        return "papers"

    return submitted(request, form, act) or shown(request, form)


def shown(request: Any, form: YearForm) -> HttpResponseBase:
    """The page, or for htmx only the files that are being packed."""
    recent = list(Bundle.objects.filter(organisation=request.organisation).order_by("-pk")[:BUNDLES])
    context = {"form": form, "bundles": recent, "packing": any(bundle.is_busy for bundle in recent)}
    if request.htmx and request.htmx.target == "bundles":
        return render(request, "billing/papers/list.html#bundles", context)
    rows = Document.objects.filter(organisation=request.organisation).defer("content")
    years = [int(year) for year, _label in form.fields["year"].choices]  # type: ignore[attr-defined]
    answer = listing.of_years(years).answer(request, rows, "billing/papers/list.html", **context)
    if form.errors:
        answer.status_code = 422
    return answer


@in_organisation(bill=True)
def bundle(request: Any, uuid: UUID) -> HttpResponseBase:
    """The ZIP file, streamed."""
    found = get_object_or_404(Bundle, organisation=request.organisation, uuid=uuid, state=Bundle.State.READY)
    headers = {
        "Content-Disposition": f'attachment; filename="papers-{found.year}.zip"',
        "Content-Length": str(found.size),
    }
    return StreamingHttpResponse(bundles.stream(found), content_type="application/zip", headers=headers)


@in_organisation(bill=True)
def receipt(request: Any, number: int) -> HttpResponse:
    """One receipt: what was received, how, for what."""
    rows = Receipt.objects.select_related("attempt__card", "transfer")
    found = get_object_or_404(rows, organisation=request.organisation, number=number)
    context = {"receipt": found, "paid": paid_by(found), "files": files.of(found)}
    return render(request, "billing/papers/receipt.html", context)


@in_organisation(bill=True)
def credit_note(request: Any, number: int) -> HttpResponse:
    """One return invoice with its lines."""
    rows = CreditNote.objects.select_related("invoice")
    found = get_object_or_404(rows, organisation=request.organisation, number=number)
    context = {
        "note": found,
        "lines": found.lines.order_by("line_no"),
        "taxes": found.taxes.order_by("-rate"),
        "files": files.of(found),
    }
    return render(request, "billing/papers/credit_note.html", context)


@in_organisation(bill=True)
def file(request: Any, label: str, language: str) -> HttpResponse:
    """A PDF as it was made: the same bytes each time."""
    document = get_object_or_404(Document, organisation=request.organisation, number=label, language=language)
    return HttpResponse(
        bytes(document.content),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{document.filename}"'},
    )


@require_POST
@in_organisation(bill=True)
def english(request: Any, label: str) -> HttpResponse:
    """Have the English version made too."""
    paper = found_paper(request, label)
    asking.ask_english(paper, by=request.actor, at=request.now)
    messages.success(request, _("The English version is being made. Reload this page in a minute."))
    return redirect(paper)


def found_paper(request: Any, label: str) -> Paper:
    """The paper of this organisation with that number; raises Http404."""
    model, digits = LETTERS.get(label[:1]), label[1:]
    if model is None or not (digits.isascii() and digits.isdigit() and len(digits) < 18):
        raise Http404
    return get_object_or_404(model, organisation=request.organisation, number=int(digits))
