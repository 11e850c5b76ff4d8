"""Wording for people and its rendering by what a transport can show."""
