"""Certificates as staff see them: what is due, what fails and why, how much of each authority's limit is used."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from certificates.authorities import actions as authorities
from certificates.authorities.models import Authority
from certificates.orders import actions, endings, issuing
from certificates.orders.endings import Ground
from certificates.orders.models import Certificate, Issuance
from certificates.renewals import actions as renewals
from core.admin import ReasonForm, Record, SureForm, verb


class RevokeForm(SureForm):
    """On which of the five grounds (83-1)."""

    ground = forms.ChoiceField(label=_("Ground (83-1)"), choices=Ground.choices)


class QuestionForm(forms.Form):
    """What staff need to know."""

    text = forms.CharField(label=_("Question to the customer"), max_length=2000, widget=forms.Textarea)


class EndForm(forms.Form):
    """The end of an authority."""

    ends_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    successor = forms.ModelChoiceField(label=_("Successor"), queryset=Authority.objects.filter(is_open=True))
    text = forms.CharField(label=_("What customers are told"), max_length=1000, widget=forms.Textarea)


class BindingForm(forms.Form):
    """External account binding."""

    key_id = forms.CharField(label=_("Key id (EAB)"), max_length=200)
    key = forms.CharField(label=_("HMAC key (base64url)"), max_length=500, widget=forms.PasswordInput)


class Due(admin.SimpleListFilter):
    """Which renewals are near."""

    title, parameter_name = _("renewal"), "due"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        kinds = {"now": _("due now"), "fails": _("fails"), "declined": _("declined"), "unseen": _("can't be looked up")}
        return list(kinds.items())

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "now":
                return queryset.filter(renew_at__lte=request.now, state__in=("ISSUED", "EXPIRED"))
            case "fails":
                return queryset.filter(state__in=("RENEWAL_FAILED", "EXPIRED"))
            case "declined":
                return queryset.filter(state="OPTED_OUT")
            case "unseen":
                return queryset.filter(state__in=Certificate.LOOKED_AFTER).exclude(watch_trouble="")
        return queryset


@admin.register(Certificate)
class CertificateAdmin(Record):
    """Staff ask, refuse, revoke and renew; state is read-only."""

    list_display = (
        "number", "name", "project", "authority", "state", "watch_trouble", "not_after", "renew_at", "is_spared",
    )  # fmt: skip
    list_filter = ("state", Due, "authority", "method")
    list_select_related = ("project", "authority")
    search_fields = ("name", "number")
    ordering = ("not_after", "-id")
    actions = ("ask", "inform", "refuse", "revoke", "renew", "switch", "spare", "spare_no_more")

    @verb(_("Ask for information (82-1) …"), form=QuestionForm)
    def ask(self, one: Certificate, *, text: str, by: Actor, at: datetime) -> None:
        actions.ask_information(one, text=text, by=by, at=at)

    @verb(_("The information is there: go on (82-1)"))
    def inform(self, one: Certificate, *, by: Actor, at: datetime) -> None:
        actions.information_received(one, by=by, at=at)

    @verb(_("Refuse the application (81-1) …"), form=ReasonForm)
    def refuse(self, one: Certificate, *, reason: str, by: Actor, at: datetime) -> None:
        endings.refuse(one, reason=reason, by=by, at=at)

    @verb(_("Revoke without notice (83-1) …"), form=RevokeForm)
    def revoke(self, one: Certificate, *, ground: str, reason: str, by: Actor, at: datetime) -> None:
        endings.revoke(one, ground, reason=reason, by=by, at=at)

    @verb(_("Renew now"))
    def renew(self, one: Certificate, *, by: Actor, at: datetime) -> None:
        renewals.start(one, by=by, at=at)

    @verb(_("Have it issued by the successor of its authority (85-3)"))
    def switch(self, one: Certificate, *, by: Actor, at: datetime) -> None:
        renewals.switch(one, by=by, at=at)

    @verb(_("Don't revoke it when it ends (84-5)"))
    def spare(self, one: Certificate, *, by: Actor, at: datetime) -> None:
        endings.spare(one, spared=True, by=by, at=at)

    @verb(_("Revoke it when it ends (84-5)"))
    def spare_no_more(self, one: Certificate, *, by: Actor, at: datetime) -> None:
        endings.spare(one, spared=False, by=by, at=at)


class UnderWay(admin.SimpleListFilter):
    """Those that aren't finished, or those that fail."""

    title, parameter_name = _("progress"), "progress"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("under way")), ("stuck", _("can't go on"))]

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "open":
            return queryset.exclude(state__in=issuing.OVER)
        return queryset.exclude(state__in=issuing.OVER).exclude(trouble="") if self.value() == "stuck" else queryset


@admin.register(Issuance)
class IssuanceAdmin(Record):
    """Each application: how far it is, what is in the way and since how many failures. Keys are shown to nobody."""

    list_display = ("certificate", "purpose", "state", "trouble", "error", "attempts", "next_at", "revoked_at")
    list_filter = (UnderWay, "trouble", "purpose", "authority", "state")
    list_select_related = ("certificate", "authority")
    search_fields = ("certificate__name", "serial")
    ordering = ("-id",)
    exclude = ("private_key",)

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).defer("private_key", "csr", "chain")


@admin.register(Authority)
class AuthorityAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The catalogue; how many certificates each has, how many fail, and how much of its limit is used."""

    list_display = (
        "name",
        "code",
        "driver",
        "is_trusted",
        "is_open",
        "certificates",
        "failing",
        "used",
        "carries",
        "ends_on",
    )
    ordering = ("id",)
    exclude = ("account_key", "eab_key", "account_url", "ends_on", "successor", "eab_id")
    actions = ("end", "bind")

    def get_queryset(self, request: Any) -> Any:
        live = Count("certificates", filter=Q(certificates__state__in=Certificate.LOOKED_AFTER), distinct=True)
        failing = Count("certificates", filter=Q(certificates__state__in=("RENEWAL_FAILED", "EXPIRED")), distinct=True)
        recent = Count("issuances", filter=Q(issuances__ordered_at__gt=request.now - authorities.WINDOW), distinct=True)
        return super().get_queryset(request).annotate(live=live, failing_count=failing, recent=recent)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("certificates"))
    def certificates(self, authority: Any) -> int:
        return int(authority.live)

    @admin.display(description=_("renewals that fail"))
    def failing(self, authority: Any) -> int:
        return int(authority.failing_count)

    @admin.display(description=_("orders in 3 hours, of at most"))
    def used(self, authority: Any) -> str:
        return f"{authority.recent} / {authority.orders_limit}"

    @admin.display(description=_("certificates its limit can renew"))
    def carries(self, authority: Any) -> str:
        most = authorities.carried(authority)
        return f"{most:,} ⚠" if authority.live > most else f"{most:,}"

    @verb(_("It ends: tell everybody, and change to another one (85-3) …"), form=EndForm)
    def end(self, one: Authority, *, ends_on: date, successor: Authority, text: str, by: Actor, at: datetime) -> None:
        authorities.end(one, ends_on=ends_on, successor=successor, text=text, by=by, at=at)

    @verb(_("Set the external account binding …"), form=BindingForm)
    def bind(self, one: Authority, *, key_id: str, key: str, by: Actor, at: datetime) -> None:
        authorities.set_binding(one, key_id=key_id, key=key, by=by, at=at)
