"""What docs/guide/retries.md promises to apps on a bad network."""
