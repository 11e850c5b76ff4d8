"""The web edge: webhooks in, calendars and health out."""
