"""The people of a property, their roles and their chat addresses."""
