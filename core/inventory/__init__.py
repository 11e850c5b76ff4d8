"""Who holds which night: the only writer of RoomNight and InventoryDay."""
