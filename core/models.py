"""Index of the app's models."""

from core.ids import FormerNumber
from core.nonces import UsedNonce
from core.operations.models import Operation

__all__ = ["FormerNumber", "Operation", "UsedNonce"]
