"""A month of the whole product in fast time, with faults: what runs, what goes wrong, and what must hold at the end."""
