"""How long texts are on the wire."""

import pytest

from sms import segments


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", ("GSM", 0, 0)),
        ("a" * 160, ("GSM", 160, 1)),
        ("a" * 161, ("GSM", 161, 2)),
        ("a" * 306, ("GSM", 306, 2)),
        ("a" * 307, ("GSM", 307, 3)),
        ("€" * 80, ("GSM", 160, 1)),
        ("a" * 152 + "€" + "a" * 8, ("GSM", 162, 2)),  # the euro sign is not split: 152 | 2 + 8
        ("a" * 152 + "€" + "a" * 152, ("GSM", 306, 3)),  # 306 septets, but 152 | 2 + 151 | 1
        ("§" * 160, ("GSM", 160, 1)),
        ("`", ("UCS2", 1, 1)),
        ("あ" * 70, ("UCS2", 70, 1)),
        ("あ" * 71, ("UCS2", 71, 2)),
        ("😀" * 35, ("UCS2", 70, 1)),
        ("あ" * 66 + "😀" + "あ" * 66, ("UCS2", 134, 3)),  # the pair is not split: 66 | 2 + 65 | 1
        ("𠮟" + "あ" * 68, ("UCS2", 70, 1)),
    ],
)
def test_a_text_is_measured_as_networks_do(text, expected):
    measured = segments.measure(text)

    assert (measured.coding, measured.units, measured.segments) == expected


def test_bytes_are_septets_or_utf_16():
    assert segments.encode("@£€{a") == (0, b"\x00\x01\x1b\x65\x1b\x28a")
    assert segments.encode("あ😀") == (8, "あ😀".encode("utf-16-be"))
