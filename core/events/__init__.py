"""What happened, append-only: the audit trail that live views and the event bus read."""
