"""Serving the signed feeds: a raw ASGI callable in front of the web application."""
