"""The verbs of services elsewhere (12-1, 13-2)."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.notices import Topic, letters
from accounts.organisations.models import Organisation
from billing.contracts.graph import base_services
from billing.means.models import HybridMeans
from billing.other_services.models import ELSEWHERE, OtherService
from core.errors import Hint, Refused

if TYPE_CHECKING:
    from accounts.access import Actor


@transaction.atomic
def claim(organisation: Organisation, kind: str, reference: str, *, by: "Actor", at: datetime) -> OtherService:
    """The customer says that they use it; staff look it up. kind: an EligibleBaseService but the cloud.

    Raises Refused for another kind, without its number, and when it is registered already.
    """
    reference = reference.strip()
    if kind not in dict(ELSEWHERE):
        raise Refused(_("The services of this cloud are known here and needn't be registered."), field="kind")
    if not reference:
        raise Refused(_("Give the contract number; we look it up by that."), field="reference")
    values = {"kind": kind, "reference": reference, "claimed_at": at, "state_changed_at": at}
    try:
        with transaction.atomic():
            made = OtherService.objects.create(organisation=organisation, **values)
    except IntegrityError as error:
        raise Refused(_("This service is registered already."), field="reference", code="duplicate") from error
    audit.record("other_service.claimed", made, by=by, at=at)
    if settings.STAFF_ADDRESS and by.kind != "staff":
        with translation.override(settings.LANGUAGE_CODE):
            where = reverse("admin:billing_otherservice_changelist")
            letters.post("other_service_waits", settings.STAFF_ADDRESS, act_url=where, service=made, by=by, at=at)
    return made


@transaction.atomic
def attest(service: OtherService, *, by: "Actor", at: datetime) -> None:
    """Staff have found it among our contracts: its user may order what its users may (12-1)."""
    moved = service.move("attest", at=at)
    audit.record("other_service.attested", service, moved, by=by, at=at)
    tell("other_service_attested", service, at=at)


@transaction.atomic
def refuse(service: OtherService, reason: str, *, by: "Actor", at: datetime) -> None:
    """Staff haven't found it. reason: the customer reads it."""
    moved = service.move("refuse", at=at, answer=reason.strip()[:200])
    audit.record("other_service.refused", service, moved, by=by, at=at, reason=service.answer)
    tell("other_service_refused", service, at=at)


@transaction.atomic
def end(service: OtherService, *, by: "Actor", at: datetime) -> None:
    """It has ended, or the customer takes the claim back. What was ordered on its account goes on (14-1).

    Fees that were merged with its bill are paid from now on as those of the cloud (13-2).
    """
    moved = service.move("end", at=at)
    audit.record("other_service.ended", service, moved, by=by, at=at)
    if HybridMeans.objects.filter(bill=service).delete()[0]:
        tell("hybrid_means_ended", service, at=at)


def is_user(organisation: Organisation) -> bool:
    """Whether they use one of the services whose users may order a hybrid connection (12-1). At most two queries."""
    elsewhere = OtherService.objects.attested().filter(organisation=organisation)
    return base_services(organisation.pk).exists() or elsewhere.exists()


def hint() -> Hint:
    """Where a service elsewhere is registered."""
    return Hint(_("Register a service"), reverse("other_services"))


def tell(kind: str, service: OtherService, *, at: datetime) -> None:
    """Tell those who look after money, once."""
    notices.send(
        kind, service, to=service.organisation, occasion="1", topic=Topic.MONEY, act_url=reverse("other_services"),
        at=at,
    )  # fmt: skip
