"""The dialogue as a pure function of state, reading and facts."""
