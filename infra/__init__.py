"""The endpoint on AWS: its handler, its packaging, the stack's template."""
