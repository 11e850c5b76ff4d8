"""Text as typed on phones, made comparable: one form of digits, dashes, apostrophes, letters and marks."""

import unicodedata

import regex

_APOSTROPHES = dict.fromkeys(map(ord, "‘’ʼʹ`´′＇"), "'")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_SIGNS = {ord("→"): "-", ord("،"): ",", ord("؛"): ";", ord("؟"): "?", ord("।"): ".", 0xFFFC: " "}
_BEFORE_NFKC = {**_APOSTROPHES, **_DASHES, **_SIGNS}
# Marks that people leave out or that keyboards add: Latin accents, Arabic vowels and hamza. Devanagari's marks are
# vowels of the word and stay.
_MARKS = regex.compile(r"[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\ufe0e\ufe0f']")
_INVISIBLE = regex.compile(r"\p{Cf}+")
_BLANK = regex.compile(r"[\p{Z}\p{Cc}]")
_LETTERS = str.maketrans({"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك"})


def tidy(text: str) -> str:
    """`text` in NFKC with ASCII digits, plain dashes and apostrophes, single-width blanks; case and words are kept."""
    plain = unicodedata.normalize("NFKC", text.translate(_BEFORE_NFKC)).translate(_BEFORE_NFKC)
    plain = str(_BLANK.sub(" ", _INVISIBLE.sub("", plain)))
    if plain.isascii():
        return plain
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in plain)


def fold(word: str) -> str:
    """The form in which two spellings of one word are equal: no case, no accents, no apostrophes."""
    if word.isascii():
        return word.lower().replace("'", "")
    apart = unicodedata.normalize("NFD", word.casefold())
    bare: str = _MARKS.sub("", apart)
    return unicodedata.normalize("NFC", bare).translate(_LETTERS)
