"""The other side of each transport, as real servers on loopback with scripted faults."""
