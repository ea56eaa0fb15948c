"""Telling customers something, exactly once per occasion, in the inbox and by mail."""

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q, QuerySet

from accounts.levels import POWER
from accounts.members.models import Grant
from accounts.notices import hooks, wording
from accounts.notices.models import OPTIONAL_TOPICS, Muted, Notice, Topic
from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from accounts.users.models import User
from core import operations
from core.ids import kind_of

Recipients = Organisation | Project | User


@transaction.atomic
def send(
    kind: str,
    subject: models.Model,
    *,
    to: Recipients,
    occasion: str,
    topic: Topic = Topic.TERMS,
    act_url: str = "",
    deadline: datetime | None = None,
    at: datetime,
    **context: Any,
) -> int:
    """Tell everybody concerned, unless they were told for this occasion before; returns how many notices are new.

    to: an organisation (its owners, and for Topic.MONEY those who may see bills), a project (owners and members who may
    at least switch things there), or one user. occasion: what makes this telling unique for kind and subject, e.g.
    "2026-10". act_url: path of the page where to act. The words are templates/notices/<kind>.txt, rendered now in each
    reader's language from subject, deadline, at, act_url and context, and kept as they were said.
    """
    users = list(recipients(to, topic))
    values = {"subject": subject, "deadline": deadline, "at": at, "act_url": act_url, **context}
    texts = {language: wording.render(kind, language, values) for language in {user.language for user in users}}
    rows = [
        Notice(
            kind=kind,
            topic=topic,
            subject_kind=kind_of(subject),
            subject_pk=subject.pk,
            occasion=occasion,
            organisation_id=organisation_of(to),
            user=user,
            at=at,
            deadline_at=deadline,
            act_url=act_url,
            language=user.language,
            title=texts[user.language].partition("\n")[0].strip()[:200],
            text=texts[user.language],
        )
        for user in users
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    fresh = list(Notice.objects.filter(uuid__in=[row.uuid for row in rows]))
    quiet = set(Muted.objects.filter(topic=topic, user__in=users).values_list("user_id", flat=True))
    for notice in fresh:
        if notice.user_id not in quiet:
            operations.ask("notice.mail", notice, by=kind, at=at)
    if not isinstance(to, User):
        post(kind, subject, values, to=to, occasion=occasion, topic=topic)
    return len(fresh)


def post(
    kind: str, subject: models.Model, values: dict[str, Any], *, to: Organisation | Project, occasion: str, topic: Topic
) -> None:
    """Have the webhooks of an organisation told the same, in its language."""
    organisation = to if isinstance(to, Organisation) else to.organisation
    if not organisation.notice_hooks.filter(removed_at=None).exists():
        return
    text = wording.render(kind, organisation.language, values)
    hooks.tell(
        organisation.pk, kind, topic, subject, occasion, title=text.partition("\n")[0].strip()[:200], text=text,
        act_url=values["act_url"], deadline=values["deadline"], at=values["at"],
    )  # fmt: skip


def recipients(to: Recipients, topic: Topic) -> QuerySet[User]:
    """The active users a notice goes to."""
    users = User.objects.filter(is_active=True).order_by("pk")
    if isinstance(to, User):
        return users.filter(pk=to.pk)
    owners = Q(memberships__is_owner=True)
    if isinstance(to, Project):
        able = Grant.objects.filter(project=to, level__gte=POWER).values("member__user")
        return users.filter(Q(pk__in=able) | Q(memberships__organisation=to.organisation_id) & owners).distinct()
    concerned = owners | Q(memberships__may_bill=True) if topic == Topic.MONEY else owners
    return users.filter(Q(memberships__organisation=to) & concerned).distinct()


def organisation_of(to: Recipients) -> int | None:
    """The primary key of the organisation a notice belongs to; None for one to a person."""
    if isinstance(to, Project):
        return to.organisation_id
    return to.pk if isinstance(to, Organisation) else None


def unread(user: User) -> int:
    """How many notices the user has not opened. One query."""
    return Notice.objects.filter(user=user, read_at=None).count()


def read(notice: Notice, *, at: datetime) -> None:
    """Note that the reader opened it; the first time counts."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)


def read_all(user: User, *, at: datetime) -> int:
    """Mark everything as read; returns how many were unread."""
    return Notice.objects.filter(user=user, read_at=None).update(read_at=at)


@transaction.atomic
def prefer(user: User, mailed: set[str]) -> None:
    """Choose which of the optional topics come by mail; the others stay in the inbox only."""
    Muted.objects.filter(user=user).delete()
    Muted.objects.bulk_create(Muted(user=user, topic=topic) for topic in OPTIONAL_TOPICS if topic.value not in mailed)
