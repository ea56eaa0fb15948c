"""The closing of months for staff: the dry run, then the run with its figures, what is held back, and publishing."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.organisations.models import Organisation
from billing.invoices import overview, previewing, runs, tasks
from billing.invoices.models import BillingRun, Invoice
from billing.invoices.previewing import Change
from core import operations
from core.admin import Record
from core.calendar import Month
from core.errors import Refused

CHECKED = (
    gettext_lazy("Invoices"),
    gettext_lazy("Without tax"),
    gettext_lazy("Tax"),
    gettext_lazy("Total, incl. tax"),
)


@admin.register(BillingRun)
class BillingRunAdmin(Record):
    """The closed months; the next one is closed from its dry run."""

    list_display = ("month", "cutoff", "engine", "finished_at", "published_at", "issued", "drafts")
    ordering = ("-month",)
    change_list_template = "admin/runs.html"

    @admin.display(description=gettext_lazy("Issued"))
    def issued(self, run: BillingRun) -> int:
        return run.invoices.filter(state=Invoice.State.ISSUED).count()

    @admin.display(description=gettext_lazy("Drafts"))
    def drafts(self, run: BillingRun) -> int:
        return run.invoices.filter(state=Invoice.State.DRAFT).count()

    def get_urls(self) -> list[Any]:
        view: Any = self.admin_site.admin_view(self.next_view)
        view.model_admin = self  # as Django marks its own, so that the view is known to have the admin's gate
        return [path("next/", view, name="billing_billingrun_next"), *super().get_urls()]

    def next_view(self, request: Any) -> HttpResponse:
        """What closing the next month would write; POST closes it."""
        self.refuse_strangers(request)
        month = tasks.next_month() or Month.of(request.now).previous
        if request.method == "POST":
            run = self.tried(request, lambda: runs.start(month, by=request.staff, at=request.now))
            return redirect("admin:billing_billingrun_change", run.pk) if run else redirect(request.path)
        seen = previewing.preview(month)
        context = {
            "month": month,
            "opens_at": tasks.opens_at(month),
            "can_run": month.end <= request.now,
            "seen": seen,
            "changes": named(seen.changes[: overview.SHOWN]),
            "by_rate": [(percent(rate), *sums) for rate, sums in sorted(seen.by_rate.items(), reverse=True)],
            "by_service": [(_(title), amount) for title, amount in seen.by_service.most_common()],
            "held": [(Invoice.Held(reason).label, count) for reason, count in seen.held.items()],
        }
        return self.page(request, "admin/dry_run.html", _("Dry run of %(month)s") % {"month": month}, context)

    def change_view(self, request: Any, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """One run; POST tells the customers."""
        self.refuse_strangers(request)
        run = get_object_or_404(BillingRun, pk=int(object_id) if object_id.isdecimal() else 0)
        if request.method == "POST":
            self.tried(request, lambda: runs.publish(run, by=request.staff, at=request.now))
            return redirect(request.path)
        checks = overview.checks(run)
        context = {
            "run": run,
            "percent": overview.percent(run),
            "counts": overview.counts(run),
            "untold": tasks.unpublished(run).count() if run.finished_at else None,
            "working": operations.pending(run) is not None,
            "checks": list(zip(CHECKED, checks, strict=True)),
            "agrees": all(check.agrees for check in checks),
            "changes": named(overview.changes(run)),
            "by_rate": [(percent(rate), *sums) for rate, *sums in overview.by_rate(run)],
            "by_service": [(_(title), amount) for title, amount in overview.by_service(run)],
            "held": overview.held(run)[: overview.SHOWN],
        }
        return self.page(request, "admin/run.html", _("Closing of %(month)s") % {"month": run}, context)

    def refuse_strangers(self, request: Any) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def tried(self, request: Any, act: Callable[[], Any]) -> Any:
        """What the verb gives; a refusal becomes a message."""
        try:
            done = act()
        except Refused as refusal:
            messages.error(request, str(refusal))
            return None
        messages.success(request, _("A worker does this now; look again in a moment."))
        return done

    def page(self, request: Any, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "title": title, "opts": self.model._meta}
        return render(request, template, {**shared, **context})


def percent(rate: Any) -> str:
    """A tax rate as people read it: 10 %."""
    return f"{(Decimal(rate) * 100).normalize():f} %"


def named(changes: list[Change]) -> list[tuple[Organisation, Change]]:
    """The differences with their customers. One query."""
    names = Organisation.objects.in_bulk([one.organisation for one in changes])
    return [(names[one.organisation], one) for one in changes]
