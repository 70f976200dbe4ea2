"""Saramin's lists: its HTML search and its official API, and what both say of a posting's address."""

HOME = "https://www.saramin.co.kr/zf_user"
BOARD = "saramin"


def address(number: str) -> str:
    """Return the address of a posting that a person opens."""
    return f"{HOME}/jobs/relay/view?rec_idx={number}"
