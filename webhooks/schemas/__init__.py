"""The shapes of the API: what is sent and what is answered, with examples."""
