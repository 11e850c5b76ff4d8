"""The command line: one file a command, composed in `dauda.py`."""
