"""Asking for a setup, one question at a time; the answers become the text of a setup file."""


def ask() -> str:
    """Ask on the terminal."""
    raise NotImplementedError
