"""Reading the calendars of channels: what they told is stored, and our stays follow it (R9 to R19)."""
