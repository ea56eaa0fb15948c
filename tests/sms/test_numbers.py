"""What people type as phone numbers."""

import pytest

from core.errors import Refused
from sms import numbers


@pytest.mark.parametrize(
    "typed",
    [
        "09012345678", "090-1234-5678", "０９０－１２３４－５６７８", "+819012345678", "819012345678",
        "+81 90 1234 5678",        " 090 1234 5678 ", "0081 90-1234-5678", "010819012345678", "090ー1234ー5678",
    ],
)  # fmt: skip
def test_a_mobile_number_is_understood_however_it_is_written(typed):
    assert numbers.parse(typed) == "819012345678"


@pytest.mark.parametrize(
    "typed, words",
    [
        ("03-1234-5678", "携帯電話"), ("0120-123-456", "携帯電話"), ("110", "電話番号"), ("", "電話番号"),
        ("090-1234-567", "電話番号"), ("hello", "電話番号"), ("+14155552671", "国"), ("0" * 300, "電話番号"),
        ("050-1234-5678", "携帯電話"),
    ],
)  # fmt: skip
def test_what_is_no_mobile_number_of_an_allowed_country_is_refused(typed, words):
    with pytest.raises(Refused, match=words) as refusal:
        numbers.parse(typed)

    assert (refusal.value.field, refusal.value.status) == ("destination", 400)


def test_numbers_are_masked_and_spoken():
    assert numbers.masked("819012345678") == "090-****-5678"
    assert numbers.spoken("819012345678") == "090-1234-5678"
