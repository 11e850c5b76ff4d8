"""What a hotel knows and does: pure rules, rows and use cases, without any transport or web framework."""
