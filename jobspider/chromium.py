"""What is said when Chromium fails; loads nothing of Playwright."""


class BrowserFailed(Exception):
    """Chromium did not start, or broke down over a page: the machine's trouble, not the board's."""
