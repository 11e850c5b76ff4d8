"""Guarded fetch of calendars from addresses that people type in and servers nobody here controls."""
