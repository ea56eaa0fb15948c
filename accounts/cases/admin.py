"""The queue of cases: staff read the conversation and answer below it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from accounts.access import Actor
from accounts.cases import actions
from accounts.cases.forms import FilesField
from accounts.cases.models import Attachment, Case, CaseMessage
from core import uploads
from core.admin import Record, verb
from core.uploads import Upload
from core.web import gated


class AnswerForm(forms.ModelForm):  # type: ignore[type-arg]
    """What staff write."""

    attachments = FilesField()

    class Meta:
        model = CaseMessage
        fields = ["body"]


class ThreadInline(admin.StackedInline):  # type: ignore[type-arg]
    """The conversation so far."""

    model = CaseMessage
    fields = readonly_fields = ("at", "author_label", "body", "attached")
    ordering = ("pk",)
    can_delete = False
    verbose_name_plural = gettext_lazy("Conversation")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CaseMessage]:
        return super().get_queryset(request).prefetch_related("attachments").defer("attachments__content")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("Files"))
    def attached(self, message: CaseMessage) -> SafeString:
        links = ((reverse("admin:case_file", args=[a.uuid]), a.name) for a in message.attachments.all())
        return format_html_join(" ", '<a href="{}">{}</a>', links)


class AnswerInline(admin.StackedInline):  # type: ignore[type-arg]
    """The answer."""

    model = CaseMessage
    form = AnswerForm
    extra = max_num = 1
    can_delete = False
    verbose_name_plural = gettext_lazy("Answer")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CaseMessage]:
        return super().get_queryset(request).none()


@admin.register(Case)
class CaseAdmin(Record):
    list_display = ("number", "title", "topic", "organisation", "state", "state_changed_at")
    list_filter = ("state", "topic")
    list_select_related = ("organisation",)
    search_fields = ("title", "=number", "organisation__name")
    ordering = ("-state", "state_changed_at")
    fields = readonly_fields = (
        "number",
        "organisation",
        "topic",
        "title",
        "subject_name",
        "state",
        "opened_by",
        "created_at",
    )
    inlines = (ThreadInline, AnswerInline)
    actions = ("close",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # answering; every field of the case itself is read-only

    def save_model(self, request: Any, obj: Case, form: Any, change: bool) -> None:
        """Nothing of the case itself is edited."""

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        written = [answer.cleaned_data for answer in formset.extra_forms if answer.has_changed()]
        formset.new_objects = [
            actions.reply(form.instance, body=data["body"], files=data["attachments"], by=request.staff, at=request.now)
            for data in written
        ]
        formset.changed_objects = formset.deleted_objects = []

    @verb(gettext_lazy("Close"))
    def close(self, case: Case, *, by: Actor, at: datetime) -> None:
        actions.close(case, by=by, at=at)

    def get_urls(self) -> list[URLPattern]:
        opened = gated(self.admin_site.admin_view(file), "staff")
        return [path("files/<uuid:uuid>", opened, name="case_file"), *super().get_urls()]


def file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Download a file of any case."""
    attachment = get_object_or_404(Attachment, uuid=uuid)
    return uploads.download(Upload(attachment.name, attachment.content_type, bytes(attachment.content)))
