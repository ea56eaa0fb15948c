"""Pages of cases: the list, a new one, the conversation, its files."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.cases import actions
from accounts.cases.forms import CaseForm, ReplyForm
from accounts.cases.models import Attachment, Case
from accounts.gates import in_organisation, signed_in
from core import uploads
from core.forms import page, submitted
from core.marks import chip, when
from core.pages import Column, Listing, by_field
from core.uploads import Upload


def title(case: Case) -> SafeString:
    """The title as a link, with what it is about."""
    return format_html('<a href="{}">{}</a><small>{}</small>', case.get_absolute_url(), case.title, case.subject_name)


CASES = Listing(
    columns=[
        Column(gettext_lazy("Title"), title, text=lambda case: case.title),
        Column(gettext_lazy("State"), lambda case: chip(case.tone, case.get_state_display()), look="corner"),
        Column(gettext_lazy("Topic"), lambda case: case.get_topic_display()),
        Column(gettext_lazy("Last change"), lambda case: when(case.state_changed_at), sort="state_changed_at"),
        Column(gettext_lazy("Number"), lambda case: str(case.number), look="num"),
    ],
    search=("title",),
    number="number",
    filters=[by_field("state", gettext_lazy("State"), lambda: Case.State.choices)],
    sort="-state_changed_at",
    filename="cases",
)


@in_organisation
def index(request: Any) -> HttpResponseBase:
    """The cases of the organisation that the person may see."""
    rows = Case.objects.visible_to(request.actor).filter(organisation=request.organisation)
    return CASES.answer(request, rows, "accounts/cases/list.html")


@in_organisation
def new(request: Any) -> HttpResponse:
    """Write to us."""
    initial = {"topic": request.GET.get("topic", "")}
    form = CaseForm(request.POST or None, request.FILES or None, initial=initial)

    def act() -> Case:
        data = {name: form.cleaned_data[name] for name in ("topic", "title", "body")}
        files = form.cleaned_data["attachments"]
        return actions.open(request.organisation, **data, files=files, by=request.actor, at=request.now)

    done = submitted(request, form, act, done=_("Thank you. You hear from us here and by mail."))
    return done or page(request, "accounts/cases/new.html", form)


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """The conversation, and writing in it."""
    case = found(request, number)
    form = ReplyForm(request.POST or None, request.FILES or None)

    def act() -> Case:
        data = form.cleaned_data
        actions.reply(case, body=data["body"], files=data["attachments"], by=request.actor, at=request.now)
        return case

    messages = case.messages.prefetch_related("attachments").defer("attachments__content").order_by("pk")
    done = submitted(request, form, act, done=_("Sent."))
    return done or page(request, "accounts/cases/detail.html", form, case=case, thread=messages)


@require_POST
@signed_in
def close(request: Any, number: int) -> HttpResponse:
    """It is settled."""
    case = found(request, number)
    actions.close(case, by=request.actor, at=request.now)
    return redirect(case)


@signed_in
def file(request: Any, number: int, uuid: UUID) -> HttpResponse:
    """Download a file of a case."""
    attachment = get_object_or_404(Attachment, message__case=found(request, number), uuid=uuid)
    return uploads.download(Upload(attachment.name, attachment.content_type, bytes(attachment.content)))


def found(request: Any, number: int) -> Case:
    """The case with this number, if the person may see it; raises Http404."""
    cases = Case.objects.select_related("organisation", "opened_by").visible_to(request.actor)
    return get_object_or_404(cases, number=number)
