"""Platforms as a property uses them, and their links to rooms."""
