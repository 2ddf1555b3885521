"""Tests of app/tokens."""
