"""What can be redeemed by whom, what it costs, and what becomes of a redemption: pure functions (R31, R35)."""
