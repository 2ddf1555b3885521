"""Every read of coupons and their templates."""
