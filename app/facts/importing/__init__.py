"""Order history from a file, played in through the same command as orders that are reported one by one."""
