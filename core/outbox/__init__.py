"""What must be done outside, stored in the transaction that decided it."""
