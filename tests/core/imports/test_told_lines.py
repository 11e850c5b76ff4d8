"""What a channel wrote, without what could name a guest."""

from core.imports.told_lines import masked

RAW = """BEGIN:VEVENT
UID:1418fb94e984@airbnb.com
DTSTART;VALUE=DATE:20261125
DTEND;VALUE=DATE:20261127
SUMMARY:Reserved - Mary Njeri
DESCRIPTION:Reservation URL: https://www.airbnb.com/hosting/HMAAAAAAAA\\nPhone
  Number (Last 4 Digits): 4321
X-GUEST;LANGUAGE=en:Mary Njeri
status:CONFIRMED
END:VEVENT"""


def test_dates_and_fixed_words_are_kept_and_all_other_values_hidden() -> None:
    assert masked(RAW).splitlines() == [
        "BEGIN:VEVENT",
        "UID:1418fb94e984@airbnb.com",
        "DTSTART;VALUE=DATE:20261125",
        "DTEND;VALUE=DATE:20261127",
        "SUMMARY:•",
        "DESCRIPTION:•",
        "X-GUEST:•",
        "status:CONFIRMED",
        "END:VEVENT",
    ]


def test_a_folded_line_goes_with_the_one_it_continues() -> None:
    assert masked("UID:1418\n fb94\nSUMMARY:Mary\n\tNjeri\n Otieno\nEND:VEVENT") == (
        "UID:1418\n fb94\nSUMMARY:•\nEND:VEVENT"
    )


def test_what_is_no_content_line_says_nothing() -> None:
    assert masked("") == ""
    assert masked("Mary Njeri, 0712 345678") == "•"
    assert masked("Mary Njeri: 2 nights") == "•"
