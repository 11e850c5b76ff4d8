"""Who may come in, as whom, and what they may do: people's sessions, API keys, login links, permissions."""
