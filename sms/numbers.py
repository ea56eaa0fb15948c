"""Phone numbers: what people type becomes E.164 digits ("819012345678"), or a sentence says what is wrong."""

import re
import unicodedata

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _
from phonenumbers import NumberParseException, PhoneNumberType

from core.errors import Refused

LONGEST = 40
PREFIX = 7
SENDABLE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def parse(text: str) -> str:
    """The digits of a mobile number. Full-width digits, hyphens, +81, 0081 and 0 forms are understood.

    Raises Refused for landlines, 0120, 110, numbers of countries that are not allowed, and what is no number.
    """
    plain = unicodedata.normalize("NFKC", text).strip()[:LONGEST]
    plain = re.sub(r"[‐‑‒–—―−ーｰ]", "-", plain)
    plain = re.sub(r"^(?:010|00)(?=[1-9])", "+", plain)
    if re.fullmatch(r"81[\d\- ()]{9,14}", plain):
        plain = f"+{plain}"
    try:
        number = phonenumbers.parse(plain, "JP")
    except NumberParseException as error:
        raise refusal(_("“%(number)s” is not a phone number. Write it like 090-1234-5678."), text) from error
    region = phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(
        number.country_code or 0
    )
    if region not in settings.SMS_COUNTRIES:
        raise refusal(_("“%(number)s”: messages to this country are not allowed."), text)
    if not phonenumbers.is_valid_number(number):
        raise refusal(_("“%(number)s” is not a phone number. Write it like 090-1234-5678."), text)
    if phonenumbers.number_type(number) not in SENDABLE:
        raise refusal(_("“%(number)s” can't receive SMS: only mobile numbers (070, 080, 090) can."), text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).lstrip("+")


def refusal(words: str, text: str) -> Refused:
    return Refused(words % {"number": text[:LONGEST]}, code="invalid_number", field="destination", status=400)


def masked(digits: str) -> str:
    """A number that can be told from others but not called: 090-****-5678."""
    if digits.startswith("81") and len(digits) == 12:
        return f"0{digits[2:4]}-****-{digits[-4:]}"
    return f"+{digits[:4]}****{digits[-4:]}"


def spoken(digits: str) -> str:
    """The whole number as people write it."""
    number = phonenumbers.parse(f"+{digits}")
    domestic = number.country_code == 81
    form = phonenumbers.PhoneNumberFormat.NATIONAL if domestic else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)
