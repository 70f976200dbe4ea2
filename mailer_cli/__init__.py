"""The mailer: plan editions, check their postings, compose, send."""
