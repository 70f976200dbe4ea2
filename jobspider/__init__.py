"""The crawl: copy words off the boards, give them meaning, keep or drop, store."""
