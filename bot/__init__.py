"""The conversation with staff: understanding, dialogue, replies and the ways they travel."""
