"""Invoices: draft or issued, nothing else. Issued ones never change; paid and overdue are derived elsewhere."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.calendar import Month


class Stream(models.TextChoices):
    """What is invoiced together; the hybrid connection apart, its first fee with its own due date (13-1, 13-2)."""

    CLOUD = "CLOUD", _("Cloud")
    HYBRID_FIRST = "HYBRID_FIRST", _("Hybrid connection, first fee")
    HYBRID = "HYBRID", _("Hybrid connection")


class Issuer(models.Model):
    """Who issues invoices, from one day on; copied into each invoice."""

    since = models.DateField(_("since"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    registration_number = models.CharField(_("registration number"), max_length=14)
    postal_code = models.CharField(_("postal code"), max_length=8)
    address = models.CharField(_("address"), max_length=200)
    contact = models.CharField(_("contact"), max_length=200)

    class Meta:
        verbose_name = _("issuer")
        verbose_name_plural = _("issuers")
        constraints = [
            models.CheckConstraint(name="issuer_t_number", condition=Q(registration_number__regex=r"^T\d{13}$"))
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.registration_number}"

    def as_kept(self) -> dict[str, str]:
        """What a paper keeps of it."""
        kept = ("name", "registration_number", "postal_code", "address", "contact")
        return {field: getattr(self, field) for field in kept}


class Counter(models.Model):
    """The last number given out, so that numbers have no gaps; its row is locked while invoices are issued."""

    name = models.CharField(max_length=16, primary_key=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="counter_counts_up", condition=Q(value__gte=0))]

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


class BillingRun(models.Model):
    """The closing of one month. cutoff: what is written later belongs to the next run. engine: version of the rule."""

    month = models.DateField(_("month"), unique=True)
    cutoff = models.DateTimeField(_("cutoff"))
    engine = models.CharField(_("engine"), max_length=16)
    finished_at = models.DateTimeField(_("finished"), null=True)
    # The last organisation, by primary key, that a run has come to; only for the eye, nothing is decided by it.
    reached = models.BigIntegerField(default=0, db_default=0)
    # When every customer of a finished run had been told.
    published_at = models.DateTimeField(_("published"), null=True)

    class Meta:
        verbose_name = _("billing run")
        verbose_name_plural = _("billing runs")
        constraints = [models.CheckConstraint(name="run_of_a_month", condition=Q(month__day=1))]

    def __str__(self) -> str:
        return str(Month.of(self.month))


class Invoice(models.Model):
    """What an organisation owes for one month in one stream: yen; tax floored once per rate (4-1)."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        ISSUED = "ISSUED", _("Issued")

    class Held(models.TextChoices):
        """Why a draft waits for staff instead of being issued."""

        RISE = "RISE", _("far more than the month before")
        FALL = "FALL", _("far less than the month before")
        ADDRESS = "ADDRESS", _("the customer has no postal address")

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", db_index=False)
    run = models.ForeignKey(BillingRun, models.PROTECT, related_name="invoices", db_index=False)
    month = models.DateField(_("month"))
    stream = models.CharField(_("stream"), max_length=12, choices=Stream.choices)
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.DRAFT)
    held_back = models.CharField(
        _("held back"), max_length=8, choices=Held.choices, blank=True, default="", db_default=""
    )
    number = models.BigIntegerField(_("number"), null=True)
    issued_at = models.DateTimeField(_("issued"), null=True)
    due_on = models.DateField(_("due"))
    subtotal = models.BigIntegerField(_("subtotal"))
    tax = models.BigIntegerField(_("tax"))
    total = models.BigIntegerField(_("total"))
    issuer = models.JSONField(_("issuer"))
    recipient = models.JSONField(_("recipient"))

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [
            models.UniqueConstraint("organisation", "month", "stream", name="invoice_once"),
            models.UniqueConstraint("number", name="invoice_number"),
            models.CheckConstraint(name="invoice_adds_up", condition=Q(total=F("subtotal") + F("tax"))),
            models.CheckConstraint(name="invoice_not_negative", condition=Q(subtotal__gte=0, tax__gte=0)),
            models.CheckConstraint(
                name="invoice_issued_has_number",
                condition=Q(state="DRAFT", number=None, issued_at=None)
                | Q(state="ISSUED", number__isnull=False, issued_at__isnull=False),
            ),
            models.CheckConstraint(
                name="invoice_held_back_is_a_draft",
                condition=Q(held_back="") | Q(state="DRAFT", held_back__in=("RISE", "FALL", "ADDRESS")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {Month.of(self.month)}"

    def get_absolute_url(self) -> str:
        """The page that explains it line by line."""
        return reverse("invoice", args=[self.number])

    @property
    def month_words(self) -> str:
        """The month as people say it: 2026年10月."""
        return date_format(self.month, "YEAR_MONTH_FORMAT")

    @property
    def label(self) -> str:
        """The number as it stands on paper; drafts have none."""
        return f"E{self.number:09d}" if self.number else str(_("Draft"))


class InvoiceLine(models.Model):
    """One charge, with all that is needed to recompute it from the price row (`billing.invoices.explaining`).

    quantity and before: seconds of a ladder, else units or months; a discount's quantity is the fee in yen.
    period: from the first use in the month to the last.
    kind: use of the month; a passport's discount, the only negative one; or an adjustment that names its `for_month`.
    source_pk: the passport or adjustment.
    Contracts and prices can't be deleted and invoices keep their lines (triggers), so these pointers need no checks of
    their own, which would double the cost of a line.
    """

    class Kind(models.TextChoices):
        USE = "USE", _("Use")
        PASSPORT = "PASSPORT", _("Discount passport")
        ADJUSTMENT = "ADJUSTMENT", _("Adjustment")

    pk = models.CompositePrimaryKey("invoice_id", "line_no")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines", db_index=False, db_constraint=False)
    line_no = models.IntegerField()
    contract = models.ForeignKey(
        "billing.Contract", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    price = models.ForeignKey("billing.Price", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    name = models.CharField(max_length=200)
    period = DateTimeRangeField()
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    before = models.DecimalField(max_digits=18, decimal_places=6)
    # Units of the packs in the project, on top of the free ones (38-2).
    allowance = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    amount = models.BigIntegerField()
    tax_rate = models.DecimalField(max_digits=5, decimal_places=4)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.USE, db_default=Kind.USE)
    source_pk = models.BigIntegerField(null=True)
    for_month = models.DateField(null=True)

    class Meta:
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
        constraints = [
            models.CheckConstraint(
                name="line_negative_only_by_passport",
                condition=Q(kind="PASSPORT", amount__lte=0) | (~Q(kind="PASSPORT") & Q(amount__gte=0)),
            ),
            models.CheckConstraint(
                name="line_names_its_source",
                condition=Q(kind="USE", source_pk=None, for_month=None)
                | Q(kind="PASSPORT", source_pk__isnull=False, for_month=None)
                | Q(kind="ADJUSTMENT", source_pk__isnull=False, for_month__isnull=False),
            ),
            models.UniqueConstraint(
                name="line_takes_an_adjustment_once", fields=["source_pk"], condition=Q(kind="ADJUSTMENT")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_no} {self.name} {self.amount}"


class InvoiceTax(models.Model):
    """Consumption tax of one rate: floor(base x rate), once."""

    pk = models.CompositePrimaryKey("invoice_id", "rate")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="taxes", db_index=False, db_constraint=False)
    rate = models.DecimalField(max_digits=5, decimal_places=4)
    base = models.BigIntegerField()
    tax = models.BigIntegerField()

    class Meta:
        verbose_name = _("invoice tax")
        verbose_name_plural = _("invoice taxes")
        constraints = [
            models.CheckConstraint(
                name="tax_is_floored", condition=Q(tax__lte=F("base") * F("rate"), tax__gt=F("base") * F("rate") - 1)
            )
        ]

    def __str__(self) -> str:
        return f"{self.percent} % {self.tax}"

    @property
    def percent(self) -> str:
        """The rate as people read it: "10"."""
        return f"{self.rate * 100:f}".rstrip("0").rstrip(".")
