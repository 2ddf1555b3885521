"""What it means that something is offered to members: a window, a tier, a limit, a stock. Pure functions (R2, R31)."""
