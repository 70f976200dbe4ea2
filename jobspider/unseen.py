"""Marks that nobody sees, which boards leave in their words. Pure."""

import re

# Not storable (NUL, halves of surrogate pairs) or invisible (soft hyphen, zero-width and direction marks).
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb]"
)


def seen(text: str) -> str:
    """Return the text without what nobody sees or PostgreSQL cannot hold."""
    return text if text.isprintable() else _UNSEEN.sub("", text)
