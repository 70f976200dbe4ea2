"""What the mails achieved, in figures: what is counted, over which mails, and how sure it is. Pure but for the page."""
