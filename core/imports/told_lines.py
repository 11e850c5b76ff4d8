"""What a channel wrote of a booking, without what could name a guest. Pure."""

KEPT = frozenset({
    "BEGIN", "CREATED", "DTEND", "DTSTAMP", "DTSTART", "DURATION", "EXDATE", "LAST-MODIFIED", "RDATE", "RECURRENCE-ID",
    "RRULE", "SEQUENCE", "STATUS", "TRANSP", "UID", "END",
})  # fmt: skip
"""Properties of which the values are dates, numbers and fixed words; any other may say anything."""
HIDDEN = "•"


def masked(raw: str) -> str:
    """The content lines of `raw`, those with free text emptied; a folded line goes with the one it continues."""
    shown: list[str] = []
    hides = False
    for line in raw.splitlines():
        if line.startswith((" ", "\t")):
            if not hides:
                shown.append(line)
            continue
        head, colon, _ = line.partition(":")
        name = head.partition(";")[0]
        hides = name.upper() not in KEPT
        named = bool(colon) and name.replace("-", "").isalnum()
        shown.append(line if not hides else f"{name}:{HIDDEN}" if named else HIDDEN)
    return "\n".join(shown)
