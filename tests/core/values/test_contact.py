"""Phone numbers in the one form that is kept."""

import pytest

from core.values.contact import NotAPhone, e164, region_of


@pytest.mark.parametrize(
    ("text", "region", "kept"),
    [
        ("0712 345 678", "KE", "+254712345678"),
        ("+254 712-345678", None, "+254712345678"),
        ("00254712345678", "IN", "+254712345678"),
        ("+91 98765 43210", "KE", "+919876543210"),
        ("098765 43210", "IN", "+919876543210"),
        ("٠٧١٢٣٤٥٦٧٨", "KE", "+254712345678"),
    ],
)
def test_a_number_is_kept_in_one_form(text: str, region: str | None, kept: str) -> None:
    assert e164(text, region) == kept
    assert e164(kept) == kept


@pytest.mark.parametrize(
    ("text", "region"), [("0712345678", None), ("Amina", "KE"), ("12", "KE"), ("", "KE"), ("+254712345678901", "KE")]
)
def test_what_is_no_number_is_refused(text: str, region: str | None) -> None:
    with pytest.raises(NotAPhone):
        e164(text, region)


def test_a_zone_lies_in_a_territory() -> None:
    assert (region_of("Africa/Nairobi"), region_of("Asia/Kolkata")) == ("KE", "IN")
    assert region_of("Nowhere/At_All") is None
