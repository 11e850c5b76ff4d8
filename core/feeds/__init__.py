"""Calendars we serve: what they show, how they are written, who has read them."""
