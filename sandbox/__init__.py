"""Boards on loopback for runs and tests without a network. What it shows is made up, or replayed from a folder."""
