"""What a coupon takes off, who can have one, and what becomes of it: pure functions (R31-R34)."""
