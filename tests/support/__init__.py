"""What tests stand on: servers, databases, the material laid out beside the repository."""
