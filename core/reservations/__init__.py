"""A guest's booking from any source, with its stays, the prices of their nights, and its revisions."""
