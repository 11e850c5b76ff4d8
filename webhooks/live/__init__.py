"""Live sockets: what happens at a property, told to whoever watches, from the event they saw last."""
