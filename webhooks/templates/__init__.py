"""Pages for people: their text in one file per language, their form in one per page."""
