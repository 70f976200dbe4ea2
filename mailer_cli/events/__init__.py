"""What came back of a mail, as SES or the tracking endpoint tell it, read into one vocabulary. Pure."""
