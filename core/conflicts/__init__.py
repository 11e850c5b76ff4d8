"""Overlaps that a person must settle: found, advised upon, decided and undone."""
