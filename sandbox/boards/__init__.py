"""One module for each board: made-up postings in the board's own page formats."""
