"""The numbers of SIMs and devices, read as people type them."""

import re

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
