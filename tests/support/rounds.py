"""How often loops, races and generated examples are repeated in this run."""

import os

SIZES = ("quick", "check", "soak")


def size() -> str:
    """Return the size of this run from `DAUDA_TEST_ROUNDS`: `quick` (default), `check` or `soak`."""
    chosen = os.environ.get("DAUDA_TEST_ROUNDS", "quick")
    if chosen not in SIZES:
        message = f"DAUDA_TEST_ROUNDS is {chosen!r}; it may be one of {', '.join(SIZES)}"
        raise ValueError(message)
    return chosen


def rounds(quick: int, check: int, soak: int) -> int:
    """Return the number of rounds that fits this run: `make test`, `make check` or `make soak`."""
    return {"quick": quick, "check": check, "soak": soak}[size()]
