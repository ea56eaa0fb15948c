"""What is composed of all apps: the frame around every page, the dashboard, the search."""

from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import accounts.console
import billing.console
import certificates.console
import compute.console
import mobile.console
import sms.console
from accounts import notices
from accounts.access import ANONYMOUS, Actor
from accounts.audit.models import AuditEvent
from accounts.gates import chosen_project, in_project, public, signed_in
from billing.alerts import budgets
from billing.contracts import views as contracts
from billing.contracts.models import Standing
from core.console import Hit
from core.errors import Text
from core.pages import SEARCH_MINIMUM


class Entry(NamedTuple):
    """A line of the sidebar; name: of its address; right: the flag it needs ("bill", "eventlog", "owner")."""

    label: Text
    name: str
    icon: str
    right: str = ""


NAVIGATION: tuple[tuple[Text, tuple[Entry, ...]], ...] = (
    ("", (Entry(gettext_lazy("Dashboard"), "dashboard", "home"),)),
    (
        gettext_lazy("Compute"),
        (
            Entry(gettext_lazy("Servers"), "servers", "server"),
            Entry(gettext_lazy("Disks"), "disks", "database"),
            Entry(gettext_lazy("Archives"), "archives", "archive"),
            Entry(gettext_lazy("CD-ROM images"), "cdroms", "disc"),
            Entry(gettext_lazy("Load balancers"), "balancers", "arrows-exchange"),
            Entry(gettext_lazy("Switches"), "switches", "sitemap"),
            Entry(gettext_lazy("Router+switches"), "routers", "router"),
            Entry(gettext_lazy("Packet filters"), "filters", "filter"),
            Entry(gettext_lazy("Bridges"), "bridges", "link"),
            Entry(gettext_lazy("Local routers"), "local_routers", "network"),
            Entry(gettext_lazy("AWS connections"), "aws_connections", "plug-connected"),
            Entry(gettext_lazy("Hybrid connections"), "hybrids", "plug-connected"),
            Entry(gettext_lazy("SSH keys"), "ssh_keys", "key"),
            Entry(gettext_lazy("Long pauses"), "pause_cases", "hourglass"),
            Entry(gettext_lazy("Incidents"), "status", "alert-triangle"),
        ),
    ),
    (
        gettext_lazy("Mobile"),
        (
            Entry(gettext_lazy("Secure Mobile Connect"), "connect", "device-mobile"),
            Entry(gettext_lazy("SIMs"), "sims", "device-sim"),
            Entry(gettext_lazy("Data packs"), "packs", "gauge"),
            Entry(gettext_lazy("Mono Platform"), "monos", "network"),
            Entry(gettext_lazy("Beta services"), "betas", "gauge"),
        ),
    ),
    (
        gettext_lazy("Certificates"),
        (Entry(gettext_lazy("SSL certificates"), "certificates", "lock"),),
    ),
    (
        gettext_lazy("SMS"),
        (
            Entry(gettext_lazy("SMS overview"), "sms", "message-2"),
            Entry(gettext_lazy("SMS log"), "texts", "list-details"),
            Entry(gettext_lazy("Bulk sending"), "batches", "stack-2"),
            Entry(gettext_lazy("Sender names"), "senders", "tag"),
            Entry(gettext_lazy("Opt-outs"), "optouts", "bell-off"),
        ),
    ),
    (
        gettext_lazy("Billing"),
        (
            Entry(gettext_lazy("This month"), "charges", "chart-line", "bill"),
            Entry(gettext_lazy("Costs"), "costs", "report-money", "bill"),
            Entry(gettext_lazy("Invoices"), "invoices", "file-invoice", "bill"),
            Entry(gettext_lazy("Papers"), "papers", "file-text", "bill"),
            Entry(gettext_lazy("Payment"), "cards", "credit-card", "bill"),
            Entry(gettext_lazy("Statement"), "statement", "history", "bill"),
            Entry(gettext_lazy("Alerts and budget"), "alerts", "bell", "bill"),
            Entry(gettext_lazy("Discount passports"), "passports", "certificate", "bill"),
            Entry(gettext_lazy("Coupons"), "coupons", "ticket", "bill"),
            Entry(gettext_lazy("Quality guarantee"), "claims", "shield-check", "bill"),
            Entry(gettext_lazy("Prices"), "prices", "tag"),
        ),
    ),
    (
        gettext_lazy("Account"),
        (
            Entry(gettext_lazy("Organisation"), "organisation", "building"),
            Entry(gettext_lazy("Projects"), "projects", "folder"),
            Entry(gettext_lazy("Members"), "members", "users", "owner"),
            Entry(gettext_lazy("API keys"), "api_keys", "api"),
            Entry(gettext_lazy("Webhooks"), "webhooks", "send", "owner"),
            Entry(gettext_lazy("Event log"), "event_log", "history", "eventlog"),
            Entry(gettext_lazy("Terms and consents"), "consents", "license"),
            Entry(gettext_lazy("Limits"), "quotas", "gauge"),
            Entry(gettext_lazy("Contracts"), "contracts", "list-details"),
            Entry(gettext_lazy("Deadlines"), "deadlines", "calendar-due"),
            Entry(gettext_lazy("Cases"), "cases", "message-2"),
        ),
    ),
)
SEARCHES = (
    compute.console.search,
    mobile.console.search,
    certificates.console.search,
    sms.console.search,
    billing.console.search,
    accounts.console.search,
)


def context(request: Any) -> dict[str, Any]:
    """What the frame of every page shows; computed only when a template asks for it."""
    return {
        "nav": SimpleLazyObject(lambda: navigation(request)),
        "projects": SimpleLazyObject(lambda: choices(request)),
        "project": SimpleLazyObject(lambda: current(request)),
        "access": SimpleLazyObject(lambda: access(request)),
        "unread": SimpleLazyObject(lambda: notices.unread(request.user)),
        "outlook": SimpleLazyObject(lambda: outlook(request)),
        "payment_block": SimpleLazyObject(lambda: payment_block(request)),
        "may_pay": SimpleLazyObject(lambda: may_pay(request)),
        "staff_home": SimpleLazyObject(billing.console.staff),
    }


def may_pay(request: Any) -> bool:
    """Whether the person looks after money in the present organisation."""
    project = current(request)
    return project is not None and actor_of(request).seat_in(project.organisation_id).bill


def payment_block(request: Any) -> Standing | None:
    """Why the organisation can add nothing now (4-3), for the banner; None when it can. One query."""
    project = current(request)
    if project is None:
        return None
    return Standing.objects.filter(organisation=project.organisation_id, additions_blocked=True).first()


def outlook(request: Any) -> budgets.Outlook | None:
    """How this month stands against the organisation's budget, for order forms."""
    project = current(request)
    return budgets.outlook(project.organisation, at=request.now) if project is not None else None


def actor_of(request: Any) -> Actor:
    return getattr(request, "actor", ANONYMOUS)


def current(request: Any) -> Any:
    """The project the person works in, or None."""
    if getattr(request, "project", None) is None and actor_of(request).kind == "user":
        request.project = chosen_project(request)
    return getattr(request, "project", None)


def navigation(request: Any) -> list[dict[str, Any]]:
    """The sidebar: what the person may open, the present place marked."""
    project = current(request)
    if project is None:
        return []
    seat = actor_of(request).seat_in(project.organisation_id)
    here = place(request.path)
    return [
        {
            "label": label,
            "entries": [line(entry, here) for entry in entries if not entry.right or getattr(seat, entry.right)],
        }
        for label, entries in NAVIGATION
    ]


def place(path: str) -> str:
    """The address of the sidebar that a page belongs to: the longest that the page lies below; "" when none is."""
    urls = [reverse(entry.name) for _label, entries in NAVIGATION for entry in entries]
    above = [url for url in urls if path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))]
    return max(above, key=len, default="")


def line(entry: Entry, here: str) -> dict[str, Any]:
    url = reverse(entry.name)
    return {"label": entry.label, "url": url, "icon": entry.icon, "active": url == here}


def choices(request: Any) -> list[dict[str, Any]]:
    """The projects to switch to."""
    project = current(request)
    return [
        {
            "name": one.name,
            "detail": one.organisation.name,
            "url": reverse("project_switch", args=[one.number]),
            "active": project is not None and one.pk == project.pk,
        }
        for one in getattr(request, "projects", [])
    ]


def access(request: Any) -> Text:
    """The access level in the present project, in words."""
    project = current(request)
    return actor_of(request).level_in(project.pk).label if project is not None else ""


@in_project
def dashboard(request: Any) -> HttpResponse:
    """This month so far, what runs, what needs attention, what happened last."""
    project, seat = request.project, request.actor.seat_in(request.project.organisation_id)
    context = {
        "tiles": compute.console.tiles(project) + (billing.console.tiles(project, request.now) if seat.bill else []),
        "attention": [
            *compute.console.attention(project, request.now),
            *certificates.console.attention(project, request.now),
            *sms.console.attention(project, request.now),
        ],
        "history": billing.console.history(project.organisation, request.now) if seat.bill else [],
        "events": AuditEvent.objects.filter(project=project).order_by("-at", "-id")[:8],
        "accepted": project.organisation.state == "ACTIVE",
    }
    return render(request, "config/dashboard.html", context)


@signed_in
def search(request: Any) -> HttpResponse:
    """One box finds names, numbers, addresses, pages and actions."""
    words = request.GET.get("q", "").strip()[:100]
    hits = [*pages(request, words)]
    if len(words) >= SEARCH_MINIMUM:
        hits += [hit for find in SEARCHES for hit in find(request.actor, words)]
    found = {"groups": [{"label": _("Found"), "entries": hits}] if hits else [], "words": words}
    part = "components/found.html" if request.htmx else "config/search.html"
    return render(request, part, found)


def pages(request: Any, words: str) -> list[Hit]:
    """Pages of the sidebar whose name has the words in it."""
    if not words:
        return []
    entries = [entry for group in navigation(request) for entry in group["entries"]]
    matching = [entry for entry in entries if words.casefold() in str(entry["label"]).casefold()]
    return [Hit(entry["label"], _("Page"), entry["url"], entry["icon"]) for entry in matching]


@signed_in
def thing(request: Any, number: int) -> HttpResponse:
    """To the page of what a contract is about; back to the contract when that has none."""
    contract = contracts.found(request, number)
    model = apps.get_model(contract.subject_kind)
    subject = model._base_manager.filter(pk=contract.subject_pk).first()
    return redirect(subject if subject is not None and hasattr(subject, "get_absolute_url") else contract)


@public
def healthz(request: Any) -> HttpResponse:
    """200 while this process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@public
def readyz(request: Any) -> HttpResponse:
    """200 when the database answers too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"database": "ok"})
