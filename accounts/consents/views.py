"""What the organisation agreed to, with the exact texts."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from accounts.consents.models import Acceptance
from accounts.gates import in_organisation
from core.marks import when
from core.pages import Column, Listing


def title(acceptance: Acceptance) -> SafeString:
    """The title as a link to the text."""
    document = acceptance.document
    url = reverse("consent", args=[document.code, document.version])
    return format_html('<a href="{}">{}</a>', url, document.accepted_text(acceptance.text_sha256)["title"])


CONSENTS = Listing(
    columns=[
        Column(gettext_lazy("Document"), title, look="wide"),
        Column(gettext_lazy("Version"), lambda acceptance: str(acceptance.document.version), look="num"),
        Column(gettext_lazy("Accepted"), lambda acceptance: when(acceptance.at), sort="at"),
        Column(gettext_lazy("By"), lambda acceptance: acceptance.actor_label),
    ],
    search=("document__code",),
    sort="-at",
    filename="consents",
)


@in_organisation
def index(request: Any) -> HttpResponseBase:
    """Every document and version the organisation accepted."""
    rows = Acceptance.objects.filter(organisation=request.organisation).select_related("document")
    return CONSENTS.answer(request, rows, "accounts/consents/list.html")


@in_organisation
def detail(request: Any, code: str, version: int) -> HttpResponse:
    """The text that was accepted, word for word, with its hash."""
    rows = Acceptance.objects.select_related("document").filter(organisation=request.organisation)
    acceptance = get_object_or_404(rows, document__code=code, document__version=version)
    text = acceptance.document.accepted_text(acceptance.text_sha256)
    return render(request, "accounts/consents/detail.html", {"acceptance": acceptance, "text": text})
