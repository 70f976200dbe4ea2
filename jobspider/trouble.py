"""Which answers of a board are trouble on the way rather than pages, by names that can be counted. Pure."""

import re

NO = {401: "http 401", 403: "http 403", 429: "http 429"}
BLOCK_WORDS = re.compile(
    r"자동\s*입력\s*방지|비정상적인\s*(접근|접속|요청)|unusual traffic|Access Denied", re.IGNORECASE
)
SHORT = 60_000  # characters: the boards' block pages are smaller, their real pages with such words in a text larger


def trouble(status: int, text: str) -> str | None:
    """Return what an answer suffers from, or None: a refusal by status, or a page that asks whether we are human."""
    if status in NO:
        return NO[status]
    if status >= 500:
        return f"http {status}"
    if len(text) < SHORT and text.lstrip().startswith("<") and BLOCK_WORDS.search(text):
        return "block page"  # HTML alone: in a JSON answer such words are a posting's own
    return None


def is_cut(text: str) -> bool:
    """Tell whether an HTML page has a beginning and no end: the connection closed half-way."""
    return "<html" in text[:2000].lower() and "</html" not in text[-2000:].lower()
