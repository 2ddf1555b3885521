"""Every read of rewards and redemptions."""
