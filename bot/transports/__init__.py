"""The ways a message travels: one adapter each, reached through the registry."""
