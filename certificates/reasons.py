"""Why an order can't go on: what is shown to the customer, and what to do now."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.errors import Text


class Reason(models.TextChoices):
    """What is in the way."""

    NO_ADDRESS = "NO_ADDRESS", _("The name leads nowhere")
    ELSEWHERE = "ELSEWHERE", _("The name leads elsewhere")
    CAA = "CAA", _("The domain forbids this authority")
    NO_PORT = "NO_PORT", _("Port 80 is closed")
    NO_ANSWER = "NO_ANSWER", _("The load balancer isn't reached")
    NO_RECORD = "NO_RECORD", _("The DNS record is missing")
    INVALID = "INVALID", _("The authority could not check the name")
    REFUSED = "REFUSED", _("The authority refuses")
    LIMIT = "LIMIT", _("The authority's limit is reached")
    DOWN = "DOWN", _("The authority doesn't answer")
    ACCOUNT = "ACCOUNT", _("Our account at the authority")
    UNUSABLE = "UNUSABLE", _("What the authority sent can't be used")
    NOT_YET = "NOT_YET", _("The certificate isn't valid yet")
    SUPPLIED = "SUPPLIED", _("Your own certificate is in the way")
    BALANCER = "BALANCER", _("The load balancer doesn't take it")
    NOT_SERVED = "NOT_SERVED", _("Another certificate is shown")


# What to do now. Where it is ours to mend, it says so.
ADVICE: dict[str, Text] = {
    Reason.NO_ADDRESS: _("Enter an A record for the name at your DNS service, with the load balancer's address."),
    Reason.ELSEWHERE: _("Change the A record of the name to the load balancer's address. AAAA records must go."),
    Reason.CAA: _("Add the authority to the CAA record of your domain, or order from another authority."),
    Reason.NO_PORT: _("Open port 80 (HTTP) on the load balancer. It may send browsers on to HTTPS."),
    Reason.NO_ANSWER: _(
        "Something between the internet and the load balancer keeps requests to port 80 away. Open it."
    ),
    Reason.NO_RECORD: _("Enter the TXT record that is shown below at your DNS service. We look every few minutes."),
    Reason.INVALID: _("Look whether the name leads to the load balancer from everywhere. We try again by ourselves."),
    Reason.REFUSED: _("The authority doesn't issue certificates for such a name. Order from another one."),
    Reason.LIMIT: _("Nothing needs to be done: we go on as soon as the authority allows it."),
    Reason.DOWN: _("Nothing needs to be done: we try again by ourselves."),
    Reason.ACCOUNT: _("This is ours to mend: our staff see it in their list."),
    Reason.UNUSABLE: _("This is ours to mend: we try again by ourselves."),
    Reason.NOT_YET: _("Nothing needs to be done: we install it as soon as it is valid."),
    Reason.SUPPLIED: _("Remove your own certificate for this name, or allow us to replace it."),
    Reason.BALANCER: _("Look at the load balancer's page; it says why. We try again by ourselves."),
    Reason.NOT_SERVED: _("The load balancer shows another certificate for the name. We try again by ourselves."),
}


class Trouble(Exception):
    """A step that did not succeed. text: the other side's words, or which names.

    seconds: not to be tried again before (Retry-After). starts_over: the order at the authority is of no use any more.
    is_final: the authority refuses for good (81-2).
    """

    def __init__(
        self, reason: Reason, text: str = "", *, seconds: float = 0, starts_over: bool = False, is_final: bool = False
    ) -> None:
        super().__init__(text or reason.label)
        self.reason, self.text, self.seconds = reason, text, seconds
        self.starts_over, self.is_final = starts_over, is_final
