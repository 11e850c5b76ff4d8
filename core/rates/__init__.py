"""What a night costs and which stays are sold: plans, prices by day, restrictions and pricing rules."""
