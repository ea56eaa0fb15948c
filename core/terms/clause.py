"""What the table of the terms is made of."""

from dataclasses import dataclass
from enum import Flag, auto

from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Kind(Flag):
    """How a clause binds, and so what proves it; a clause may be more than one kind."""

    RULE = auto()  # code keeps it, tests prove it
    CONSENT = auto()  # the customer accepts it in a document whose text names it
    NOTICE = auto()  # a page shows it


RULE, CONSENT, NOTICE = Kind.RULE, Kind.CONSENT, Kind.NOTICE


# What a page calls each kind.
KIND_LABELS = {RULE: _("Kept by the panel"), CONSENT: _("You agree to it"), NOTICE: _("For your information")}


class Place(TextChoices):
    """Where in the panel a customer meets a clause."""

    SIGN_UP = "sign-up", _("Sign-up")
    ORDERS = "orders", _("Order forms")
    ENDINGS = "endings", _("The dialogs that end a service")
    SERVERS = "servers", _("Servers")
    INCIDENTS = "incidents", _("Incidents and maintenance")
    NETWORKS = "networks", _("Networks")
    ARCHIVES = "archives", _("Archives")
    TAMPER = "tamper", _("Web tamper detection")
    CONNECT = "connect", _("Secure Mobile Connect")
    SIMS = "sims", _("SIMs")
    GATEWAYS = "gateways", _("Mobile gateways")
    MONO = "mono", _("Mono Platform")
    BETAS = "betas", _("Beta services")
    SMS = "sms", _("SMS")
    CERTIFICATES = "certificates", _("Certificates")
    INVOICES = "invoices", _("Invoices")
    PAYMENTS = "payments", _("Cards and payments")
    PASSPORTS = "passports", _("Discount passports")
    CONSENTS = "consents", _("Record of consents")
    DEADLINES = "deadlines", _("Deadlines")
    NOTICES = "notices", _("Notices and mail")
    CASES = "cases", _("Messages with our staff")
    HELP = "help", _("Help")
    TERMS = "terms", _("The terms in plain words")


def japanese() -> bool:
    """Whether the reader's language is Japanese (it is when none is set)."""
    return (get_language() or "ja").startswith("ja")


@dataclass(frozen=True)
class Examples:
    """A small table of worked dates (YYYY-MM-DD, JST): what is given, what follows."""

    heads_ja: tuple[str, ...]
    heads_en: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def heads(self) -> tuple[str, ...]:
        """The column heads in the reader's language."""
        return self.heads_ja if japanese() else self.heads_en


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One paragraph of the terms in our own words: what it says, what it means for the customer, where they meet it.

    see: ids of related clauses; the other way round is found by `core.terms.related`.
    """

    id: str
    kind: Kind
    title_ja: str
    title_en: str
    summary_ja: str
    summary_en: str
    explain_ja: str = ""
    explain_en: str = ""
    examples: Examples | None = None
    places: tuple[Place, ...] = ()
    see: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.id

    @property
    def article(self) -> str:
        """The article's number, or "s" for the supplementary provisions."""
        return self.id.partition("-")[0]

    @property
    def kinds(self) -> list[str]:
        """What the page calls its kinds, in the reader's language."""
        return [str(label) for kind, label in KIND_LABELS.items() if kind in self.kind]

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return self.title_ja if japanese() else self.title_en

    @property
    def summary(self) -> str:
        """What the clause says, one line in the reader's language."""
        return self.summary_ja if japanese() else self.summary_en

    @property
    def explain(self) -> str:
        """What it means for the customer, in the reader's language; empty when the summary says it all."""
        return self.explain_ja if japanese() else self.explain_en


@dataclass(frozen=True)
class Section:
    """A chapter or section of the terms with its clauses in order; slug is its anchor on /terms/."""

    slug: str
    title_ja: str
    title_en: str
    clauses: tuple[Clause, ...]

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return self.title_ja if japanese() else self.title_en
