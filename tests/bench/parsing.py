"""Reads one calendar with icalendar again and again, as imports do in a child process: `python -m … FILE`."""

import sys
from pathlib import Path

from commands.calendars import look


def main(file: str) -> None:
    """Read until killed."""
    body = Path(file).read_bytes()
    while True:
        look(body, "Africa/Nairobi")


if __name__ == "__main__":
    main(sys.argv[1])
