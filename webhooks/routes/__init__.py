"""Thin routes over the same use cases as the chat."""
