"""The numbers of SIMs, devices and addresses, read as people type them."""

import re
from ipaddress import IPv4Address, ip_address, ip_network

from django.utils.translation import gettext as _
from stdnum import luhn

from core.errors import Refused

APART = re.compile(r"[\s\-‐－]")


def iccid(text: str) -> str:
    """The 19 digits of an ICCID. Raises Refused when they are not 19, or the check digit is wrong."""
    digits = APART.sub("", text)
    if not (len(digits) == 19 and digits.isascii() and digits.isdigit() and luhn.is_valid(digits)):
        words = _("This is no ICCID: it has 19 digits, and the last one must fit the others. Check for typing errors.")
        raise Refused(words, field="iccid", code="invalid_iccid", status=400)
    return digits


def imei(text: str) -> str:
    """The 15 digits of an IMEI. Raises Refused when they are not 15; see `is_odd` for the check digit."""
    digits = APART.sub("", text)
    if not (len(digits) == 15 and digits.isascii() and digits.isdigit()):
        raise Refused(_("An IMEI has 15 digits."), field="imei", code="invalid_imei", status=400)
    return digits


def is_odd(digits: str) -> bool:
    """Whether no device should have this IMEI: only zeros, as broken devices report it, or a wrong check digit."""
    return not digits.strip("0") or not luhn.is_valid(digits)


PRIVATE = tuple(ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))


def private_address(text: str) -> str:
    """A private IPv4 address. Raises Refused for any other."""
    try:
        found = ip_address(text.strip())
    except ValueError:
        found = None
    if isinstance(found, IPv4Address) and any(found in network for network in PRIVATE):
        return str(found)
    words = _("Enter a private IPv4 address, for example 192.168.0.10.")
    raise Refused(words, field="address", code="invalid_address", status=400)
