"""Values of the trade: nights, money, contacts. Pure."""
