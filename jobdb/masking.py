"""Addresses and names of people as output and logs may show them."""

import re

ADDRESS_LIKE = re.compile(r"[^\s<>()\"',;:]+@[^\s<>()\"',;:]+")


def without_addresses(text: str) -> str:
    """Return anybody's words as one short line with every address replaced."""
    return ADDRESS_LIKE.sub("(address)", " ".join(text.split()))[:300]


def beginning(words: str) -> str:
    """Return what a person is called, or wrote, as output may show it: `홍****`."""
    return f"{words[:2] if len(words) > 3 else words[:1]}****"


def masked(address: str) -> str:
    """Return an address as a log may show it: `ho****@naver.com`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:2] if len(local) > 2 else local[:1]}****@{domain}"
