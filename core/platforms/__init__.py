"""What is known about each OTA: code, not rows."""
