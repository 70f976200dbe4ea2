"""One module for each board, and `recheck`."""
