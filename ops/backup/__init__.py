"""Backups: made, looked over, restored on trial, brought home.

A backup is a folder: `postings.dump` (pg_dump's custom format, with the whole schema), `people.dump.age` (the people's
rows, encrypted), `code.tar.gz`, `settings.tar.gz`, and `manifest.json`, which is written last.
"""
