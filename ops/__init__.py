"""What runs the product: the rehearsal of `make run`, schedules, backups. It calls the product's own commands."""
