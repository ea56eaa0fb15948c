"""Index of the app's models."""

from certificates.authorities.models import Authority
from certificates.drivers.models import DevelopmentOrder, DevelopmentRoot
from certificates.orders.models import Certificate, Challenge, Issuance

__all__ = ["Authority", "Certificate", "Challenge", "DevelopmentOrder", "DevelopmentRoot", "Issuance"]
