"""What must hold for an edition's mail before anybody gets it; no network is asked."""

from mailer_cli.lint.findings import Finding, lint_edition

__all__ = ["Finding", "lint_edition"]
