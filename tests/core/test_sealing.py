"""Sealing: what is sealed opens with the right key, in its own place, unaltered."""

import pytest

from core.sealing import BrokenSeal, Sealer, fingerprint


def test_what_was_sealed_opens_in_its_place() -> None:
    sealer = Sealer("a key")
    sealed = sealer.seal("the token\0of room 3 कमरा", "feeds.token")
    assert "token" not in sealed
    assert sealer.unseal(sealed, "feeds.token") == "the token\0of room 3 कमरा"
    assert sealer.seal("x", "feeds.token") != sealer.seal("x", "feeds.token")


@pytest.mark.parametrize(
    ("key", "place", "end"),
    [("another", "feeds.token", ""), ("a key", "b.c", ""), ("a key", "feeds.token", "AAAA")],
)
def test_another_key_another_place_or_another_text_does_not_open(key: str, place: str, end: str) -> None:
    sealed = Sealer("a key").seal("the token", "feeds.token")
    sealed = sealed[: len(sealed) - len(end)] + end
    with pytest.raises(BrokenSeal):
        Sealer(key).unseal(sealed, place)


def test_a_new_key_in_front_seals_and_the_old_one_still_opens() -> None:
    old, both = Sealer("old"), Sealer("new, old")
    assert both.unseal(old.seal("the token", "p"), "p") == "the token"
    assert Sealer("new").unseal(both.seal("the token", "p"), "p") == "the token"
    with pytest.raises(BrokenSeal):
        old.unseal(both.seal("the token", "p"), "p")


def test_a_fingerprint_finds_a_token_and_does_not_show_it() -> None:
    assert fingerprint("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
