"""Agreeing on bank transfers instead of the card, and going back to the card (4-2)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.notices import Topic, letters
from accounts.organisations import actions as organisations
from accounts.organisations.models import Organisation
from billing.dues.models import Means
from billing.invoices.models import Invoice, Stream
from billing.means import streams
from billing.means.models import MeansRequest
from billing.payments import standing
from billing.payments.models import Card
from core.errors import Refused
from core.money import yen

if TYPE_CHECKING:
    from accounts.access import Actor

State = MeansRequest.State


def pays_by_bank(organisation_pk: int, stream: str = Stream.CLOUD) -> bool:
    """Whether the organisation pays the invoices of a stream by bank transfer. Two queries."""
    return streams.agreed_with([organisation_pk])[organisation_pk].of(stream) == streams.Kind.BANK


@transaction.atomic
def apply(organisation: Organisation, reason: str, *, by: "Actor", at: datetime) -> MeansRequest:
    """The customer asks to pay by bank transfer. Raises Refused when that holds already or a request is open."""
    made = open_request(organisation, State.APPLIED, reason, at=at)
    audit.record("means.applied", made, by=by, at=at)
    if settings.STAFF_ADDRESS:
        with translation.override(settings.LANGUAGE_CODE):
            where = reverse("admin:billing_meansrequest_changelist")
            letters.post("means_waits", settings.STAFF_ADDRESS, act_url=where, request=made, by=by, at=at)
    return made


@transaction.atomic
def propose(invoice: Invoice, reason: str, *, by: "Actor", at: datetime) -> MeansRequest:
    """Staff ask the customer to pay by bank transfer, for a bill at or above OTHER_MEANS_THRESHOLD (4-2).

    Raises Refused below the threshold, when it holds already and while a request is open.
    """
    least = settings.OTHER_MEANS_THRESHOLD
    if invoice.state != Invoice.State.ISSUED or invoice.total < least:
        text = _("Another means can be asked for from a bill of %(least)s on; this one is %(total)s.")
        raise Refused(text % {"least": yen(least), "total": yen(invoice.total)}, clause="4-2", field="invoice")
    made = open_request(invoice.organisation, State.PROPOSED, reason, invoice=invoice, at=at)
    audit.record("means.proposed", made, by=by, at=at, invoice=invoice.label)
    tell("means_proposed", made, at=at, invoice=invoice)
    return made


def open_request(
    organisation: Organisation, state: State, reason: str, *, invoice: Invoice | None = None, at: datetime
) -> MeansRequest:
    """A new request that waits for the other side. Raises Refused."""
    if not reason.strip():
        raise Refused(_("Say why; the other side reads it."), field="reason")
    if pays_by_bank(organisation.pk):
        raise Refused(_("Bank transfer is agreed already."), clause="4-2", field="invoice")
    values = {"reason": reason.strip()[:200], "state_changed_at": at, "asked_at": at}
    try:
        with transaction.atomic():
            return MeansRequest.objects.create(organisation=organisation, invoice=invoice, state=state, **values)
    except IntegrityError as error:
        raise Refused(_("A request is open already; it waits for its answer."), field="invoice") from error


@transaction.atomic
def approve(request: MeansRequest, answer: str, *, by: "Actor", at: datetime) -> None:
    """Staff agree: from now on no card is charged, and an applicant is accepted (4-2, AM-27)."""
    moved = request.move("approve", at=at, answer=answer.strip()[:200])
    hold_to(request, at=at)
    audit.record("means.approved", request, moved, by=by, at=at)
    tell("means_agreed", request, at=at)
    organisations.accept_if_ready(request.organisation, has_means=True, by=by, at=at)


@transaction.atomic
def refuse(request: MeansRequest, answer: str, *, by: "Actor", at: datetime) -> None:
    """Staff don't agree, with a reason that the customer reads; the card stays the means (4-2)."""
    if not answer.strip():
        raise Refused(_("Say why; the customer reads it."), field="reason")
    moved = request.move("refuse", at=at, answer=answer.strip()[:200])
    audit.record("means.refused", request, moved, by=by, at=at, reason=request.answer)
    tell("means_refused", request, at=at)


@transaction.atomic
def withdraw(request: MeansRequest, *, by: "Actor", at: datetime) -> None:
    """The customer takes the application back."""
    moved = request.move("withdraw", at=at)
    audit.record("means.withdrawn", request, moved, by=by, at=at)


@transaction.atomic
def accept(request: MeansRequest, *, by: "Actor", at: datetime) -> None:
    """The customer agrees to what staff proposed (4-2)."""
    moved = request.move("accept", at=at)
    hold_to(request, at=at)
    audit.record("means.accepted", request, moved, by=by, at=at)


@transaction.atomic
def decline(request: MeansRequest, *, by: "Actor", at: datetime) -> None:
    """The customer doesn't agree to what staff proposed; the card stays the means."""
    moved = request.move("decline", at=at)
    audit.record("means.declined", request, moved, by=by, at=at)


@transaction.atomic
def use_card(organisation: Organisation, reason: str, *, by: "Actor", at: datetime) -> None:
    """Charges are paid by card again. Raises Refused without a card, and when they are already (4-2)."""
    if not Card.objects.filter(organisation=organisation, removed_at=None).exists():
        text = _("No card is registered. Register one first; until then bank transfer stays agreed.")
        raise Refused(text, clause="4-2", code="card_needed")
    back = {"kind": Means.Kind.CARD, "reason": reason.strip()[:200], "agreed_at": at}
    if not Means.objects.filter(organisation=organisation, kind=Means.Kind.BANK).update(**back):
        raise Refused(_("Charges are paid by card already."))
    audit.record("means.card", organisation, by=by, at=at, reason=reason)
    if by.kind == "staff":
        where = reverse("means")
        occasion = at.isoformat()
        notices.send(
            "means_ended", organisation, to=organisation, occasion=occasion, topic=Topic.MONEY, act_url=where, at=at,
            reason=reason,
        )  # fmt: skip


def hold_to(request: MeansRequest, *, at: datetime) -> None:
    """Bank transfer holds from now on: no card is authorised any more, so none blocks anything (4-3)."""
    values = {"kind": Means.Kind.BANK, "reason": request.reason, "agreed_at": at}
    Means.objects.update_or_create(organisation=request.organisation, defaults=values)
    standing.clear(request.organisation, at=at)


def tell(kind: str, request: MeansRequest, *, at: datetime, **words: Any) -> None:
    """Tell those who look after money what became of a request, once."""
    notices.send(
        kind, request, to=request.organisation, occasion="1", topic=Topic.MONEY, act_url=reverse("means"), at=at,
        **words,
    )  # fmt: skip
