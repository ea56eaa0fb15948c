"""Our account at an authority, how much it takes, and its end (85-3)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.access import Actor
from accounts.projects.models import Project
from certificates import rules
from certificates.authorities.models import Authority
from certificates.drivers import Ca, driver_of
from certificates.orders import keys
from certificates.orders.models import Certificate, Issuance
from certificates.reasons import Reason, Trouble
from core.errors import Refused
from core.secrets import seal

WINDOW = timedelta(hours=3)
# Of an authority's limit, renewals leave this share to new orders.
FOR_NEW = 0.1


def reached(authority: Authority) -> Ca:
    """Its driver, with an account there: made before anything is asked of it, found again after a crash."""
    if not authority.account_key:
        key = seal(keys.generate("ecdsa").encode(), authority.bound("account-key"))
        Authority.objects.filter(pk=authority.pk, account_key=None).update(account_key=key)
        authority.refresh_from_db()
    if not authority.account_url:
        url = driver_of(authority).register()
        Authority.objects.filter(pk=authority.pk).update(account_url=url)
        authority.account_url = url
    return driver_of(authority)


def forget_account(authority: Authority) -> None:
    """Our account there is in doubt: next time it is looked for by its key, and opened anew when it is gone."""
    Authority.objects.filter(pk=authority.pk).update(account_url="")


def ordered(authority: Authority, at: datetime) -> int:
    """How many orders were made there in the last 3 hours."""
    return Issuance.objects.filter(authority=authority, ordered_at__gt=at - WINDOW).count()


def check_limit(authority: Authority, at: datetime) -> None:
    """Raise Trouble while the authority's limit of orders is used up."""
    recent = Issuance.objects.filter(authority=authority, ordered_at__gt=at - WINDOW).order_by("ordered_at")
    if recent.count() >= authority.orders_limit:
        first = recent.values_list("ordered_at", flat=True)[0]
        assert first is not None
        raise Trouble(Reason.LIMIT, seconds=(first + WINDOW - at).total_seconds() + 1)


def room(authority: Authority, at: datetime) -> int:
    """How many renewals may be begun there now: what is ordered, or about to be, counts."""
    about_to = Issuance.objects.filter(authority=authority, state__in=("CHECKING", "ORDERING"), next_at=None).count()
    return max(0, int(authority.orders_limit * (1 - FOR_NEW)) - ordered(authority, at) - about_to)


def carried(authority: Authority) -> int:
    """How many certificates its limit can keep renewed, evenly spread; with more, some expire unrenewed."""
    return rules.carried(authority.life_days, int(authority.orders_limit * (1 - FOR_NEW)), WINDOW)


@transaction.atomic
def end(authority: Authority, *, ends_on: date, successor: Authority, text: str, by: Actor, at: datetime) -> int:
    """The authority stops or is given up: nothing more is ordered there, everybody with a certificate of it is told.

    Their certificates are reissued by the successor one by one (switch). Returns how many projects were told
    (85-3, 85-4).
    """
    if successor.pk == authority.pk or not successor.is_open:
        raise Refused(_("Choose another authority that is open to orders."))
    Authority.objects.filter(pk=authority.pk).update(ends_on=ends_on, successor=successor, is_open=False)
    authority.ends_on, authority.successor, authority.is_open = ends_on, successor, False
    concerned = Certificate.objects.looked_after().filter(authority=authority).values("project")
    projects = Project.objects.filter(pk__in=concerned).select_related("organisation")
    for project in projects:
        notices.send(
            "certificate.authority_ends", authority, to=project, occasion=f"{project.pk}:{ends_on}",
            act_url="/certificates/", at=at, ends_on=ends_on, successor=successor, text=text,
        )  # fmt: skip
    audit.record("authority.ends", authority, by=by, at=at, ends_on=ends_on.isoformat(), successor=successor.name)
    return len(projects)


@transaction.atomic
def set_binding(authority: Authority, *, key_id: str, key: str, by: Actor, at: datetime) -> None:
    """Set the external account binding that the authority gave us; a new account is opened with it."""
    sealed = seal(key.strip().encode(), authority.bound("eab-key"))
    Authority.objects.filter(pk=authority.pk).update(eab_id=key_id.strip(), eab_key=sealed, account_url="")
    authority.refresh_from_db()
    audit.record("authority.bound", authority, by=by, at=at)
