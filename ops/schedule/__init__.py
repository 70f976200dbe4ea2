"""The schedule: the table of jobs in ops/schedule.toml, and what is printed of it for cron, systemd and people."""
