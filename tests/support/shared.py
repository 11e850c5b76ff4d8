"""Finds the material that lies beside the repository: sample feeds, phrases, specifications."""

import os
from pathlib import Path
from typing import NoReturn

import pytest

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"


def on_ci() -> bool:
    """Say whether this run may not skip anything (`CI=true`)."""
    return os.environ.get("CI", "").lower() == "true"


def shared(relative: str) -> Path:
    """Return the path of `relative` under the shared folder; skip the test where it is absent, fail on CI."""
    return found_in(SHARED, relative)


def found_in(folder: Path, relative: str) -> Path:
    """Return `folder / relative` resolved; skip the test where it is absent, fail on CI."""
    path = (folder / relative).resolve()
    if not path.exists():
        missing(f"{relative} is not among the shared material")
    return path


def missing(reason: str) -> NoReturn:
    """Skip the running test for want of `reason`'s subject on a laptop, fail it on CI."""
    if on_ci():
        pytest.fail(f"{reason}, and nothing may be skipped when CI=true", pytrace=False)
    pytest.skip(reason)
