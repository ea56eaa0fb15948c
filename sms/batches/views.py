"""Pages of bulk sendings: the list, a new one, its preview and progress."""

from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import POWER, VIEW, visible
from accounts.gates import in_project, signed_in
from billing.prices.book import Book
from core import marks
from core.calendar import Month
from core.forms import page, submitted
from core.money import floor_yen
from core.pages import Column, Listing
from core.web import back
from sms.batches import actions, forms
from sms.batches.models import Batch
from sms.messages import listing
from sms.messages.views import subscribed
from sms.subscriptions.models import Kind, Unit

TONES = {"DRAFT": "warn", "RELEASED": "ok", "STOPPED": "idle", "DELETED": "idle"}


def name_cell(batch: Any) -> SafeString:
    return marks.named(batch.get_absolute_url(), batch.name, batch.number)


BATCHES = Listing(
    columns=[
        Column(gettext_lazy("Name"), name_cell, text=lambda b: b.name),
        Column(gettext_lazy("State"), lambda b: marks.chip(TONES[b.state], b.get_state_display()), look="corner"),
        Column(gettext_lazy("To be sent"), lambda b: marks.when(b.due_at)),
        Column(gettext_lazy("By"), lambda b: b.created_by),
        Column(gettext_lazy("Created"), lambda b: marks.when(b.created_at), sort="created_at"),
    ],
    number="number",
    sort="-created_at",
    filename="bulk",
)


def whole_number(message: Any) -> str:
    """The masked number, on one line."""
    return format_html('<span class="whole">{}</span>', listing.masked(message)) if message.destination else "—"


def text_cell(message: Any) -> str:
    return message.why or Truncator(message.text).chars(80)


ROWS = Listing(
    columns=[
        Column(gettext_lazy("Row"), lambda m: str(m.row), sort="row"),
        Column(gettext_lazy("Number"), whole_number, text=lambda m: listing.masked(m) if m.destination else "—"),
        Column(gettext_lazy("State"), listing.state_chip, look="corner"),
        Column(gettext_lazy("Text or problem"), text_cell, look="wide"),
        Column(gettext_lazy("Segments"), lambda m: str(m.segments), look="num"),
        Column(gettext_lazy("Price"), lambda m: f"¥{m.price}", look="num"),
    ],
    sort="row",
    filename="rows",
)


@in_project
def index(request: Any) -> HttpResponseBase:
    """The list."""
    rows = Batch.objects.visible_to(request.actor).filter(project=request.project).alive()
    return BATCHES.answer(request, rows, "sms/batches/list.html")


@in_project(level=POWER)
def new(request: Any) -> HttpResponse:
    """A CSV and a text; what follows is a preview, nothing is sent."""
    subscription = subscribed(request.project, Kind.A2P)
    if subscription is None:
        return redirect("sms")
    form = forms.PrepareForm(request.POST or None, request.FILES or None, project=request.project)

    def act() -> Batch:
        data = form.cleaned_data
        sender = data["sender"].name if data["sender"] else ""
        content, text = data["file"].read(), data["body"].replace("\r\n", "\n")
        return actions.prepare(
            subscription, name=data["name"], content=content, template=text, sender=sender, by=request.actor,
            at=request.now,
        )  # fmt: skip

    return submitted(request, form, act) or page(request, "sms/batches/new.html", form)


def found(request: Any, number: int, level: int = VIEW) -> Batch:
    """The bulk sending behind the gate."""
    wanted = Batch.objects.select_related("project__organisation", "subscription__contract", "subscription__project")
    batch: Batch = visible(request, wanted, number, level)
    return batch


@signed_in
def detail(request: Any, number: int) -> HttpResponseBase:
    """The preview with text, segments and price of every row; after its release, how far it is."""
    batch = found(request, number)
    return answered(request, batch, forms.ReleaseForm())


def answered(request: Any, batch: Batch, form: Any, status: int = 200) -> HttpResponseBase:
    rows = batch.messages.all()
    unit = Unit.objects.get(kind=Kind.A2P)
    price = Book(Month.of(request.now), {"sms.a2p"}).price_at("sms.a2p", "", "", request.now).unit

    def dress(messages: Any, at: Any) -> None:
        listing.dress(messages, at)
        for message in messages:
            sendable = message.state not in ("INVALID", "SKIPPED", "STOPPED", "REFUSED")
            message.price = floor_yen(price * unit.of(message.characters)) if sendable else 0

    sums = rows.aggregate(
        all=Count("pk"), good=Count("pk", ~Q(state="INVALID")), bad=Count("pk", Q(state="INVALID")),
        segments=Sum("segments", filter=~Q(state="INVALID")), done=Count("pk", Q(done_at__isnull=False)),
        delivered=Count("pk", Q(state="DELIVERED")), waiting=Count("pk", Q(state="WAITING")),
    )  # fmt: skip
    units = sum(unit.of(n) for n in rows.exclude(state="INVALID").values_list("characters", flat=True))
    shown = Listing(**{**vars(ROWS), "dress": dress})
    context = {
        "batch": batch, "chip": marks.chip(TONES[batch.state], batch.get_state_display()), "form": form, "sums": sums,
        "total": floor_yen(price * units), "may_send": request.actor.level_in(batch.project_id) >= POWER,
    }  # fmt: skip
    answer = shown.answer(request, rows, "sms/batches/detail.html", **context)
    answer.status_code = status
    return answer


@require_POST
@signed_in
def release(request: Any, number: int) -> HttpResponseBase:
    """Send what was previewed."""
    batch = found(request, number, POWER)
    form = forms.ReleaseForm(request.POST)

    def act() -> Batch:
        actions.release(batch, due_at=form.cleaned_data["due_at"], by=request.actor, at=request.now)
        return batch

    return submitted(request, form, act, done=_("Released.")) or answered(request, batch, form, 422)


@require_POST
@signed_in
def stop(request: Any, number: int) -> HttpResponse:
    """Send no more of it."""
    batch = found(request, number, POWER)
    actions.stop(batch, by=request.actor, at=request.now)
    return back(request, batch.get_absolute_url())


@require_POST
@signed_in
def discard(request: Any, number: int) -> HttpResponse:
    """Throw the preview away."""
    actions.discard(found(request, number, POWER), by=request.actor, at=request.now)
    return redirect("batches")
