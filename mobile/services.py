"""What this app sells: the yearly contract of Secure Mobile Connect, and what is registered and created under it."""

from django.utils.translation import gettext_lazy as _

from billing.contracts import Closing, Renewal, Service

# One per project, concluded by its first SIM or gateway; a year, again and again, until all of them are deleted (34-1,
# 34-2, 49-1, 49-2).
CONNECT = Service(
    code="connect", title=_("Secure Mobile Connect"), clause="34-1", closing=Closing.END_OF_MONTH,
    renewal=Renewal.YEARLY, consents=("connect",), individuals=False, business_use="34-2",
)  # fmt: skip
# Each registration is a contract of its own, so each is charged (36-3).
SIM = Service(
    code="sim", title=_("SIM"), clause="36-1", item="sim", consents=("connect", "sim-terms"), individuals=False,
    quota=100_000,
)  # fmt: skip
# Sub-options: no contracts of their own; each has conditions that are agreed to before its first use (31-3, 31-4).
FIXED_IP = Service(
    code="sim.fixed-ip", title=_("Fixed IP"), clause="31-4", item="sim.fixed-ip", consents=("fixed-ip",),
    individuals=False,
)  # fmt: skip
DEVICE_LOCK = Service(
    code="sim.lock", title=_("Device lock"), clause="31-4", item="sim.lock", consents=("device-lock",),
    individuals=False,
)  # fmt: skip
CUSTOM_DNS = Service(
    code="sim.dns", title=_("Custom DNS"), clause="31-4", item="sim.dns", consents=("custom-dns",), individuals=False
)  # fmt: skip
# A set volume at a fixed amount, for whole months and the whole project; it ends with the yearly contract (38-2).
DATA_PACK = Service(
    code="data-pack", title=_("Mobile data pack"), clause="38-2", item="sim.pack", closing=Closing.END_OF_MONTH,
    consents=("connect",), individuals=False,
)  # fmt: skip
# One per project, concluded by its first Mono project; a year, again and again, until all of them are deleted (53-1,
# 53-2, 60-1, 60-2).
MONO = Service(
    code="mono", title=_("Mono Platform"), clause="53-1", closing=Closing.END_OF_MONTH, renewal=Renewal.YEARLY,
    consents=("mono",), individuals=False, business_use="53-2",
)  # fmt: skip
# The unit that routes between SIM resources and sub-options (52-4); it costs nothing itself.
MONO_PROJECT = Service(
    code="mono-project", title=_("Mono project"), clause="52-4", consents=("mono",), individuals=False, quota=100
)
# Each grant of a device ID is a contract of its own, so each is charged (55-1, 55-3).
MONO_DEVICE = Service(
    code="mono-device", title=_("Device ID"), clause="55-1", item="mono", consents=("mono",), individuals=False,
    quota=100_000,
)  # fmt: skip
# Sub-options of a Mono project, each with conditions of its own, agreed to before it is used (50-3, 50-4, 56-1).
MONO_ADAPTER = Service(
    code="mono-adapter", title=_("Service adapter"), clause="56-1", item="mono.adapter", consents=("mono-adapter",),
    individuals=False,
)  # fmt: skip
MONO_TRANSFER = Service(
    code="mono-transfer", title=_("File transfer"), clause="56-1", item="mono.transfer", consents=("mono-transfer",),
    individuals=False,
)  # fmt: skip
# Free sub-options on trial; the contract is concluded when the setting is completed, and ends with the parent's (62-1,
# 66-1).
BETA = Service(code="beta", title=_("Beta service"), clause="61-1", consents=("beta",), individuals=False)
