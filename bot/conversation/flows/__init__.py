"""One file per kind of dialogue: what is still missing, what is read back, what is done."""
