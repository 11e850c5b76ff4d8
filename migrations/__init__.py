"""The schema's history, shipped with the package so that an installed Dauda can migrate itself."""
