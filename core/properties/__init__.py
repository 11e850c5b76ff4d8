"""Properties, their room types and their rooms."""
