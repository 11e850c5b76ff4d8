"""What is done outside a request: the relay, the broker and the jobs."""
