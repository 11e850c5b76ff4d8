"""The frame of the HTTP API: who calls, how much, in which shape, and each thing once."""
