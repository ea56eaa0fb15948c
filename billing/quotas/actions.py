"""Asking for a higher limit, and staff's answer."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Actor
from accounts.cases import actions as cases
from accounts.cases.models import Case
from accounts.projects.models import Project
from billing.contracts import quotas
from billing.contracts.service import Service
from billing.quotas.models import QuotaRequest
from core.errors import Refused

MOST = 10_000_000


@transaction.atomic
def ask(project: Project, service: Service, wanted: int, *, reason: str, by: Actor, at: datetime) -> QuotaRequest:
    """Ask staff for a higher limit, in a case of its own. Raises Refused for no more than now, or while one waits."""
    former = quotas.quota_of(service, project)
    if former is None or service.quota == 1:
        raise Refused(_("This has no limit that could be raised."), field="wanted")
    if not former < wanted <= MOST:
        text = _("The project may have %(limit)s already. Please ask for more than that.")
        raise Refused(text % {"limit": f"{former:,}"}, field="wanted")
    title = f"{service.title}: {former:,} → {wanted:,}"
    case = cases.open(
        project.organisation, topic=Case.Topic.QUOTA, title=title, body=reason, about=project, by=by, at=at
    )
    try:
        with transaction.atomic():
            request = QuotaRequest.objects.create(
                project=project, service=service.code, title=str(service.title), former=former, wanted=wanted,
                reason=reason, case=case, state_changed_at=at, created_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(_("A request for this is waiting for us already.")) from None
    audit.record("quota.asked", request, by=by, at=at, wanted=wanted)
    return request


@transaction.atomic
def grant(request: QuotaRequest, limit: int, *, words: str, by: Actor, at: datetime) -> None:
    """Staff raise the limit; the customer reads it in the case, with their words, and by mail.

    Raises Refused when it was decided before, or for a limit that is no higher than the former one.
    """
    if limit <= request.former:
        raise Refused(_("That is not more than before. Refuse the request instead."), field="limit")
    moved = request.move("grant", at=at, granted=limit)
    quotas.set_limit(request.service, limit, project=request.project, by=by, at=at)
    audit.record("quota.granted", request, moved, by=by, at=at, limit=limit)
    with translation.override(language_of(request)):
        said = _("From now on this project may have %(limit)s.") % {"limit": f"{limit:,}"}
    answer(request, said, words, by=by, at=at)


@transaction.atomic
def refuse(request: QuotaRequest, *, words: str, by: Actor, at: datetime) -> None:
    """Staff leave the limit as it is and say why. Raises Refused when it was decided before."""
    moved = request.move("refuse", at=at)
    audit.record("quota.refused", request, moved, by=by, at=at, reason=words)
    answer(request, "", words, by=by, at=at)


def language_of(request: QuotaRequest) -> str:
    """The language of who asked."""
    asker = request.case.opened_by
    return asker.language if asker else settings.LANGUAGE_CODE


def answer(request: QuotaRequest, said: str, words: str, *, by: Actor, at: datetime) -> None:
    """Write in the case, which tells the customer, and close it."""
    cases.reply(request.case, body="\n\n".join(part for part in (said, words) if part), by=by, at=at)
    cases.close(request.case, by=by, at=at)
