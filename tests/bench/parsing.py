"""Reads one calendar again and again, as imports do in a child process: `python -m … FILE`."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from core.feeds.reading import Options, read


def main(file: str) -> None:
    """Read until killed."""
    body, options = Path(file).read_bytes(), Options(datetime.now(UTC).date())
    while True:
        read(body, "Africa/Nairobi", options)


if __name__ == "__main__":
    main(sys.argv[1])
