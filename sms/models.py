"""Index of the app's models."""

from sms.audience.models import OptOut, SenderName
from sms.batches.models import Batch
from sms.drivers.models import SimulatedText
from sms.messages.models import EarlyReceipt, Message
from sms.resale.models import Resale
from sms.reviews.models import Review
from sms.subscriptions.models import Subscription, Unit
from sms.supplier.models import Interruption, LinkHealth, SupplierNews
from sms.two_factor.models import Verification

__all__ = [
    "Batch",
    "EarlyReceipt",
    "Interruption",
    "LinkHealth",
    "Message",
    "OptOut",
    "Resale",
    "Review",
    "SenderName",
    "SimulatedText",
    "Subscription",
    "SupplierNews",
    "Unit",
    "Verification",
]
