"""Setting a property up from a file: read whole, checked whole, applied at once or not at all."""
