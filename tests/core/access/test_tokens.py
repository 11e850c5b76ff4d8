"""Access tokens say who and which session, for a quarter of an hour, if one of our keys signed them."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from core.access.errors import NotLetIn
from core.access.tokens import LASTS, Claims, issue, read, signing_keys
from core.sealing import derived

NOW = datetime(2026, 11, 20, 18, 40, tzinfo=UTC)
KEYS = signing_keys("new,old")
CLAIMS = Claims(person_id=7, session_id=41)


def forged(key: bytes = KEYS[0], algorithm: str = "HS256", **changed: object) -> str:
    """Return a token like ours with something changed; None leaves a claim out."""
    told: dict[str, object] = {
        "iss": "dauda", "aud": "dauda-api", "sub": "7", "sid": 41,
        "iat": int(NOW.timestamp()), "exp": int((NOW + LASTS).timestamp()), **changed,
    }  # fmt: skip
    return jwt.encode({name: value for name, value in told.items() if value is not None}, key, algorithm=algorithm)


def test_a_token_says_whom_it_was_made_for() -> None:
    assert read(KEYS, issue(KEYS, CLAIMS, NOW), NOW) == CLAIMS
    assert read(KEYS, forged(), NOW) == CLAIMS


def test_a_token_is_over_after_a_quarter_of_an_hour() -> None:
    token = issue(KEYS, CLAIMS, NOW)
    assert read(KEYS, token, NOW + LASTS - timedelta(seconds=1)) == CLAIMS
    with pytest.raises(NotLetIn):
        read(KEYS, token, NOW + LASTS)


def test_a_token_signed_with_the_old_key_holds_while_the_old_key_is_kept() -> None:
    token = issue(signing_keys("old"), CLAIMS, NOW)
    assert read(KEYS, token, NOW) == CLAIMS
    with pytest.raises(NotLetIn):
        read(signing_keys("new"), token, NOW)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        forged(b"another key of thirty-two bytes!"),
        forged(derived("new", "cursors")[0]),
        forged(iss="somebody"),
        forged(aud="somewhere"),
        forged(exp=None),
        forged(sid=None),
        forged(sid="many"),
        forged(sub=None),
        jwt.encode({"sub": "7", "sid": 41}, None, algorithm="none"),  # type: ignore[arg-type]
    ],
)
def test_what_we_did_not_sign_for_this_lets_nobody_in(token: str) -> None:
    with pytest.raises(NotLetIn):
        read(KEYS, token, NOW)


def test_a_token_of_another_algorithm_lets_nobody_in() -> None:
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        token = forged(algorithm="HS512")
    with pytest.raises(NotLetIn):
        read(KEYS, token, NOW)


def test_each_purpose_has_a_key_of_its_own() -> None:
    assert len({*derived("one", "access tokens"), *derived("one", "cursors"), *derived("one", "forgery")}) == 3
    assert derived("one,two", "x") == (*derived("one", "x"), *derived("two", "x"))
