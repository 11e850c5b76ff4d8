"""Wording for people and its rendering by what a transport can show. Importing it declares how facts are read out."""

from bot.replies import calendars, formats, rates

__all__ = ["calendars", "formats", "rates"]
