"""Carrying out commands by area: from the command to the use case and what is to be told of it."""
