"""Index of the app's models."""

from mobile.betas.models import Beta, Enrolment
from mobile.connect.models import Connect, Interruption
from mobile.data_packs.models import DataPack
from mobile.drivers.models import CarrierFault, SimulatedLine
from mobile.mono.models import Device, DeviceDay, DeviceGrant, Mono, MonoProject, SubOption
from mobile.sims.models import Card, Miss, Sim, SimDay, SimSession

__all__ = [
    "Beta",
    "Card",
    "CarrierFault",
    "Connect",
    "DataPack",
    "Device",
    "DeviceDay",
    "DeviceGrant",
    "Enrolment",
    "Interruption",
    "Miss",
    "Mono",
    "MonoProject",
    "Sim",
    "SimDay",
    "SimSession",
    "SimulatedLine",
    "SubOption",
]
