"""SMS for programs: two-step verification in the cloud API (class "esme"), A2P and the check in the panel's own.

A cancelled subscription is no longer found by reading, as tools expect; its verbs work until its last day (74-1).
"""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import ARRANGE, CREATE, POWER, require
from accounts.api import PanelEndpoint, Resources, labels
from core.api import BadQuery, Body, Choice, Fixed, Id, Instant, Made, Part, Reply, Tags, Text, Whole
from core.calendar import JST
from sms import numbers
from sms.messages import actions as messages
from sms.messages.models import Message
from sms.messages.views import subscribed
from sms.subscriptions import actions as subscriptions
from sms.subscriptions.models import Kind, Subscription
from sms.two_factor import actions as codes
from sms.two_factor.models import Verification

ITEM = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Description": Text("description"),
        "Tags": Tags("tags"),
        "Icon": Fixed(None),
        "Availability": Fixed("available"),
        "ServiceClass": Fixed("cloud/esme"),
        "Provider": {"Class": Fixed("esme"), "ServiceClass": Fixed("cloud/esme")},
        "Settings": Fixed(None),
        "CreatedAt": Instant("created_at"),
        "ModifiedAt": Instant("state_changed_at"),
    }
)
STATUS = dict.fromkeys(Message.State, "Accepted") | {
    Message.State.DELIVERED: "Delivered",
    Message.State.FAILED: "Failed",
    Message.State.REFUSED: "Failed",
    Message.State.SKIPPED: "Failed",
    Message.State.UNKNOWN: "Unknown",
}
LOGS = 100


def esmes(request: Any) -> QuerySet[Subscription]:
    """The verification subscriptions; reading doesn't find cancelled ones."""
    rows = Subscription.objects.filter(kind=Kind.TWO_FACTOR).select_related("contract")
    return rows.exclude(contract__state="ENDING") if request.method == "GET" and "/esme/" not in request.path else rows


items = Resources("commonserviceitem", "CommonServiceItem", "CommonServiceItems", rows=esmes, fields=ITEM)


@items.creates(level=CREATE)
def create(request: Any, body: Body) -> Subscription:
    """Order two-step verification; what must be agreed to is agreed to on the page first."""
    named = labels(body, "CommonServiceItem")
    return subscriptions.order(request.project, Kind.TWO_FACTOR, **named, by=request.actor, at=request.now)


@items.changes(level=ARRANGE)
def change(request: Any, subscription: Subscription, body: Body) -> Subscription:
    """Change its name, description and tags."""
    named = labels(body, "CommonServiceItem", subscription)
    subscriptions.edit(subscription, **named, by=request.actor, at=request.now)
    return subscription


@items.deletes(level=CREATE)
def delete(request: Any, subscription: Subscription, body: Body) -> None:
    """Give notice; it ends as the 20th rule says (74-1)."""
    subscriptions.cancel(subscription, by=request.actor, at=request.now)


@items.verb("POST", "esme/2fa/otp", level=POWER)
@items.verb("PUT", "esme/2fa/otp", level=POWER)
def generate(request: Any, subscription: Subscription, body: Body) -> Reply:
    """Send a code of ours; the answer is the only place that has it. `sender` is a name that stands in the text."""
    return sent(request, subscription, body, "")


@items.verb("POST", "esme/2fa", level=POWER)
@items.verb("PUT", "esme/2fa", level=POWER)
def put_in(request: Any, subscription: Subscription, body: Body) -> Reply:
    """Send the caller's code, or one of ours when `otpOperation` says "generate"."""
    if body.text("ESME.otpOperation", "input") == "generate":
        return sent(request, subscription, body, "")
    if not (code := body.text("ESME.otp")):
        raise BadQuery(_("“%(field)s” is required.") % {"field": "ESME.otp"}, field="ESME.otp")
    return sent(request, subscription, body, code)


def sent(request: Any, subscription: Subscription, body: Body, code: str) -> Reply:
    order = codes.CodeOrder(
        numbers.parse(body.text("ESME.destination")),
        code=code,
        brand=body.text("ESME.sender", ""),
        domain=body.text("ESME.domain_name", "").lower(),
    )
    verification, otp = codes.send(subscription, order, by=request.actor, at=request.now)
    value = {"messageId": verification.message.uuid.hex, "status": "Accepted", "otp": otp}
    return Reply({"ESME": value}, status=201)


@items.verb("GET", "esme/logs", level=POWER)
def logs(request: Any, subscription: Subscription, body: Body) -> Reply:
    """The newest messages. Codes aren't kept, so `otp` is empty; `retryCounnt` is spelled as tools read it."""
    rows = Message.objects.filter(subscription=subscription).order_by("-created_at", "-pk")[:LOGS]
    return Reply({"ESME": {"logs": [log(message) for message in rows]}})


def log(message: Message) -> dict[str, Any]:
    sent_at, done_at = message.submitted_at, message.done_at
    return {
        "messageId": message.uuid.hex,
        "status": STATUS[Message.State(message.state)],
        "otp": "",
        "destination": message.destination,
        "sentAt": sent_at.astimezone(JST).isoformat() if sent_at else None,
        "doneAt": done_at.astimezone(JST).isoformat() if done_at else None,
        "retryCounnt": max(message.attempts - 1, 0),
    }


TEXT = Part(
    {
        "ID": Made(str, "uuid"),
        "Number": Made(numbers.masked, "destination"),
        "Sender": Text("sender"),
        "Reference": Text("reference"),
        "State": Choice("state", {state: state.value for state in Message.State}),
        "Segments": Whole("segments"),
        "AcceptedAt": Instant("created_at"),
        "HandedOverAt": Instant("submitted_at"),
        "DoneAt": Instant("done_at"),
        "Error": Text("error"),
    }
)


class Texts(Resources):
    """The messages of the key's project."""

    endpoint = PanelEndpoint

    def id_of(self, key: str) -> Any:
        try:
            return UUID(key)
        except ValueError:
            return UUID(int=0)

    def subject(self, request: Any, key: str, level: int) -> Any:
        """The message with this id, behind the gate; they have no number."""
        found = self.visible(request).filter(uuid=self.id_of(key)).select_related("project").first()
        if found is None:
            raise Http404
        require(request.actor, found.project_id, level)
        return found


def of_project(request: Any) -> QuerySet[Message]:
    return Message.objects.filter(project=request.project).order_by("-created_at", "-pk")


texts = Texts("sms/messages", "Message", "Messages", rows=of_project, fields=TEXT, key="uuid")


@texts.creates(level=POWER)
def send(request: Any, body: Body) -> Message:
    """Send one A2P message. The same Reference again is the same message."""
    subscription = subscribed(request.project, Kind.A2P)
    if subscription is None:
        raise BadQuery(_("This project has no A2P delivery. Order it on the page first."))
    text = messages.Text(
        numbers.parse(body.text("Message.Number")), body.text("Message.Text"), body.text("Message.Sender", ""),
        body.like(Message, "reference", "Message.Reference", ""),
    )  # fmt: skip
    return messages.send(subscription, text, by=request.actor, at=request.now)


@texts.verb("POST", "check", level=POWER)
def check(request: Any, message: Message, body: Body) -> Reply:
    """Whether this is the code that was sent. A wrong, expired or locked one has the same answer."""
    wanted = Verification.objects.filter(message=message).first()
    return Reply({"Verified": codes.check(wanted, body.text("Code"), at=request.now)})


@texts.verb("POST", "resend", level=POWER)
def resend(request: Any, message: Message, body: Body) -> Reply:
    """Send a new code in place of one that did not arrive; the new message's ID is what is checked from now on."""
    former = Verification.objects.filter(message=message)
    wanted = former.select_related("message", "subscription__contract", "subscription__project__organisation").first()
    if wanted is None:
        raise BadQuery(_("This message has no code."))
    verification, otp = codes.resend(wanted, by=request.actor, at=request.now)
    return Reply({"Message": {"ID": str(verification.message.uuid)}, "Code": otp}, status=201)


panel = texts.urls
