"""Index of the app's models."""

from mobile.connect.models import Connect
from mobile.drivers.models import CarrierFault, SimulatedLine
from mobile.sims.models import Card, Miss, Sim, SimDay

__all__ = ["Card", "CarrierFault", "Connect", "Miss", "Sim", "SimDay", "SimulatedLine"]
