"""How certificates look: chip, columns and filters of the list, what happens next, the buttons."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import ARRANGE, CREATE, Actor
from certificates.authorities.models import Authority
from certificates.orders import issuing, names
from certificates.orders.models import Certificate, Issuance
from compute.reasons import level_reason, not_while, why_not
from core import marks
from core.calendar import jst_date
from core.marks import chip
from core.pages import Column, Filter, Listing, by_field
from core.verbs import Verb

State = Certificate.State
TONES = {
    State.REQUESTED: "busy", State.INFO_REQUIRED: "warn", State.ISSUED: "ok", State.RENEWING: "busy",
    State.RENEWAL_FAILED: "bad", State.OPTED_OUT: "idle", State.EXPIRED: "bad", State.REVOKED: "bad",
    State.REFUSED_BY_US: "bad", State.REFUSED_BY_CA: "bad", State.DELETED: "idle",
}  # fmt: skip


def state_chip(certificate: Certificate, issuance: Issuance | None) -> SafeString:
    """Its state; a first order that can't go on says what it waits for."""
    if certificate.state == State.REQUESTED and issuance is not None and issuance.trouble:
        return chip("warn", issuance.get_trouble_display())
    return chip(TONES[State(certificate.state)], certificate.state_label())


def left(certificate: Certificate, at: datetime) -> str:
    """How many days it is still valid; "" before it is issued."""
    if certificate.not_after is None:
        return ""
    days = (jst_date(certificate.not_after) - jst_date(at)).days
    return ngettext("%(days)s day", "%(days)s days", max(days, 0)) % {"days": max(days, 0)}


def follows(certificate: Certificate, issuance: Issuance | None) -> str:
    """What happens next, and when."""
    if issuance is not None:
        if issuance.next_at is not None:
            return _("Tried again %(at)s") % {"at": moment(issuance.next_at)}
        return str(issuance.get_state_display())
    match certificate.state:
        case State.ISSUED if certificate.renew_at is not None:
            return _("Renewed %(at)s") % {"at": moment(certificate.renew_at)}
        case State.OPTED_OUT if certificate.not_after is not None:
            return _("Ends on %(day)s") % {"day": jst_date(certificate.not_after)}
        case State.REVOKED if certificate.contract.is_running:
            return _("Have it issued anew, or cancel it")
    return "—"


def moment(at: datetime) -> str:
    return f"{jst_date(at)}"


def name_cell(certificate: Any) -> SafeString:
    return marks.named(certificate.get_absolute_url(), certificate.name, certificate.number)


def names_cell(certificate: Any) -> SafeString:
    """The first names, and how many more."""
    shown = [names.shown(name) for name in certificate.names]
    more = f" +{len(shown) - 2}" if len(shown) > 2 else ""
    return SafeString(f"{escape(', '.join(shown[:2]))}{more}")


def balancer_cell(certificate: Any) -> SafeString:
    balancer = certificate.balancer
    return SafeString(f'<a href="{balancer.get_absolute_url()}">{escape(balancer.name)}</a>')


def follows_cell(certificate: Any) -> SafeString:
    """What happens next, on one line."""
    return format_html('<span class="whole">{}</span>', certificate.follows)


def dress(certificates: Sequence[Any], at: datetime) -> None:
    """Give each of a page what is under way, its chip and what follows. One query."""
    active = Issuance.objects.exclude(state__in=issuing.OVER).filter(certificate__in=[one.pk for one in certificates])
    under_way = {issuance.certificate_id: issuance for issuance in active.defer("private_key", "csr", "chain")}
    for certificate in certificates:
        issuance = under_way.get(certificate.pk)
        certificate.chip = state_chip(certificate, issuance)
        certificate.left, certificate.follows = left(certificate, at), follows(certificate, issuance)


def states() -> list[tuple[str, Any]]:
    return [choice for choice in State.choices if choice[0] != State.DELETED]


NEEDS_CARE = Q(state__in=("INFO_REQUIRED", "RENEWAL_FAILED", "EXPIRED", "REVOKED"))
LISTING = Listing(
    columns=[
        Column(gettext_lazy("Name"), name_cell, sort="name", text=lambda one: one.name),
        Column(gettext_lazy("State"), lambda one: one.chip, text=Certificate.state_label, look="corner"),
        Column(gettext_lazy("Host names"), names_cell, text=lambda one: " ".join(one.names)),
        Column(gettext_lazy("Load balancer"), balancer_cell, text=lambda one: one.balancer.name),
        Column(gettext_lazy("Authority"), lambda one: one.authority.name),
        Column(gettext_lazy("Valid for"), lambda one: one.left or "—", look="num"),
        Column(gettext_lazy("What follows"), follows_cell, text=lambda one: one.follows),
    ],
    search=["name"],
    number="number",
    filters=[
        by_field("state", gettext_lazy("State"), states),
        Filter(
            "care", gettext_lazy("Attention"), lambda: [("yes", gettext_lazy("Needs attention"))],
            lambda rows, _value: rows.filter(NEEDS_CARE),
        ),
        by_field(
            "authority", gettext_lazy("Authority"),
            lambda: [(one.code, one.name) for one in Authority.objects.order_by("pk")], field="authority__code",
        ),
    ],
    hint=gettext_lazy("Name or number"),
    filename="certificates",
    dress=dress,
)  # fmt: skip


def verbs(certificate: Certificate, issuance: Issuance | None, actor: Actor) -> list[Verb]:
    """The buttons beside the heading: what is to be done now."""
    found = []
    if issuance is not None and issuance.next_at is not None:
        reason = level_reason(certificate, ARRANGE, actor)
        found.append(Verb(_("Try again"), at(certificate, "retry"), "refresh", "primary", reason=reason, post=True))
        if issuance.trouble == "SUPPLIED":
            yes = _("Replace my own certificate")
            found.append(Verb(yes, at(certificate, "replace"), "arrows-exchange", reason=reason, post=True))
    if certificate.state == State.REVOKED and certificate.contract.is_running:
        reason = why_not(certificate, "reissue", actor)
        found.append(Verb(_("Issue anew"), at(certificate, "reissue"), "refresh", "primary", reason=reason))
    if certificate.state == State.OPTED_OUT:
        reason = level_reason(certificate, CREATE, actor)
        found.append(
            Verb(_("Renew after all"), at(certificate, "opt_in"), "refresh", "primary", reason=reason, post=True)
        )
    return found


def more_verbs(certificate: Certificate, actor: Actor, now: datetime) -> list[Verb]:
    """The menu, most harmless first."""
    over, clause = declined_late(certificate, now)
    decline = why_not(certificate, "opt_out", actor) or over
    is_live, end = certificate.contract.is_live, "" if certificate.can("end") else not_while(certificate)
    return [
        Verb(_("Edit"), at(certificate, "edit"), "pencil", reason=level_reason(certificate, ARRANGE, actor)),
        Verb(_("Issue anew"), at(certificate, "reissue"), "refresh", reason=why_not(certificate, "reissue", actor)),
        Verb(_("Decline the renewal"), at(certificate, "opt_out"), "calendar-due", reason=decline, clause=clause),
        Verb(
            _("Cancel") if is_live else _("Remove from the list"), at(certificate, "cancel"), "trash", "bad",
            reason=level_reason(certificate, CREATE, actor) or end,
        ),
    ]  # fmt: skip


def declined_late(certificate: Certificate, now: datetime) -> tuple[str, str]:
    """Why its renewal can't be declined any more, with the clause (84-2)."""
    if certificate.current is None or not certificate.can("opt_out"):
        return "", ""
    last = certificate.current.life.opt_out_until
    if jst_date(now) <= last:
        return "", ""
    return _("This was possible until %(day)s. You can still cancel with effect today.") % {"day": last}, "84-2"


def at(certificate: Certificate, name: str) -> str:
    return reverse(f"certificate_{name}", args=[certificate.number])
