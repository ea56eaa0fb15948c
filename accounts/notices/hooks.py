"""Webhooks of an organisation: what its people are told is posted to a program of theirs, too, once per occasion."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.notices.models import HookDelivery, NoticeHook, Topic
from accounts.organisations.models import Organisation
from core import operations, secrets, webhooks
from core.errors import Refused
from core.ids import kind_of

if TYPE_CHECKING:
    from accounts.access import Actor

MOST = 10
# What a person's account is about stays with the person.
TOPICS = tuple(topic for topic in Topic if topic != Topic.SECURITY)


@transaction.atomic
def add(
    organisation: Organisation, *, url: str, topics: Sequence[str], by: "Actor", at: datetime
) -> tuple[NoticeHook, str]:
    """Post notices of these topics there from now on; returns the webhook and its secret, which is shown once.

    Raises Refused for an address that is none, no topic, or when there are too many.
    """
    host = webhooks.host_of(url)
    if not topics or not set(topics) <= set(TOPICS):
        raise Refused(_("Choose at least one topic."), field="topics", code="invalid_topics", status=400)
    alive = Organisation.objects.select_for_update(no_key=True).filter(pk=organisation.pk)
    if alive.get().notice_hooks.filter(removed_at=None).count() >= MOST:
        raise Refused(_("You can have at most %(n)s webhooks. Remove one first.") % {"n": MOST}, code="limit")
    hook, secret = NoticeHook(organisation=organisation, host=host, topics=list(topics), created_at=at), ""
    secret = webhooks.new_secret()
    hook.url, hook.secret = (secrets.seal(text.encode(), hook.binding) for text in (url, secret))
    hook.save(force_insert=True)
    audit.record("webhook.added", hook, by=by, at=at)
    return hook, secret


@transaction.atomic
def remove(hook: NoticeHook, *, by: "Actor", at: datetime) -> None:
    """Post nothing more; address and secret are forgotten. Raises Refused when it was removed already."""
    gone = {"removed_at": at, "url": None, "secret": None}
    if not NoticeHook.objects.filter(pk=hook.pk, removed_at=None).update(**gone):
        raise Refused(_("This webhook was removed already."))
    audit.record("webhook.removed", hook, by=by, at=at)


@transaction.atomic
def try_out(hook: NoticeHook, *, by: "Actor", at: datetime) -> HookDelivery:
    """Post a message that says that it is a test."""
    text = _("This is a test from Engawa. Nothing happened.")
    return told(hook, "test", hook, at.isoformat(), title=text, text=text, act_url="", deadline=None, at=at)


def tell(
    organisation_pk: int, kind: str, topic: str, subject: models.Model, occasion: str, *, title: str, text: str,
    act_url: str, deadline: datetime | None, at: datetime,
) -> None:  # fmt: skip
    """Have every webhook of the topic told, once per occasion."""
    for hook in NoticeHook.objects.filter(organisation=organisation_pk, removed_at=None, topics__contains=[topic]):
        told(hook, kind, subject, occasion, title=title, text=text, act_url=act_url, deadline=deadline, at=at)


def told(
    hook: NoticeHook, kind: str, subject: models.Model, occasion: str, *, title: str, text: str, act_url: str,
    deadline: datetime | None, at: datetime,
) -> HookDelivery:  # fmt: skip
    """The delivery of an occasion, asked for when it is new."""
    said = {
        "title": title, "text": text, "act_url": act_url, "number": str(getattr(subject, "number", "") or ""),
        "subject": kind_of(subject), "deadline": deadline.isoformat() if deadline else None,
    }  # fmt: skip
    delivery, is_new = HookDelivery.objects.get_or_create(
        hook=hook, kind=kind, subject_kind=kind_of(subject), subject_pk=subject.pk, occasion=occasion,
        defaults={"at": at, "title": title, "said": said},
    )  # fmt: skip
    if is_new:
        operations.ask("notice.post", delivery, by=kind, at=at)
    return delivery
