"""The meeting point of the crawler and the mailer: what a posting is, and the database that keeps it."""
