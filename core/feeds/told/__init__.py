"""What a channel told us through its calendar, and what of it we believe: values and decisions only (R9 to R18)."""
