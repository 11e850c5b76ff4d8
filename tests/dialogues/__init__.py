"""Dialogues as text files, played over every transport."""
