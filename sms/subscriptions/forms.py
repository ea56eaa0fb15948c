"""The shape of an order."""

from accounts.consents.ticks import TicksForm
from core.forms import LabelsForm


class OrderForm(TicksForm, LabelsForm):
    """Name and labels, and a tick for each text that is not accepted yet."""
