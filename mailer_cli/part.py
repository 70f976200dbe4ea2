"""A part of an edition's mails in base64: what all mails share is encoded once, not once for each student."""

import re
from binascii import b2a_base64
from collections.abc import Mapping

LINE_BYTES = 57  # that base64 makes 76 letters of, the most of RFC 2045 6.8


class Part:
    """Words with marks in them, which each recipient's own words take the place of."""

    def __init__(self, words: str, marks: str) -> None:
        body = words.removesuffix("\n").replace("\n", "\r\n") + "\r\n"
        self._pieces = [piece.encode() for piece in re.split(f"([{marks}])", body)]  # shared, mark, shared, …
        self._lines: dict[tuple[int, int], tuple[bytes, bytes]] = {}

    def filled(self, words: Mapping[str, str]) -> bytes:
        """Return the lines of base64 over the part, with `words` (mark -> one line of text) in the marks' places."""
        fillings = {mark.encode(): filling.encode() for mark, filling in words.items()}
        lines, begun = [], b""  # `begun` has not filled its line yet
        for number, piece in enumerate(self._pieces):
            missing = -len(begun) % LINE_BYTES
            if number % 2 or len(piece) < missing:
                begun += fillings[piece] if number % 2 else piece
                continue
            whole, rest = self._shared(number, missing)
            lines += [_lines(begun + piece[:missing]), whole]
            begun = rest
        return b"".join(lines) + _lines(begun)

    def _shared(self, number: int, start: int) -> tuple[bytes, bytes]:
        """Return the lines that a shared piece fills from `start` on, and its bytes after them.

        Names are of few lengths, so few of the LINE_BYTES possible starts are ever asked for.
        """
        if (number, start) not in self._lines:
            piece = self._pieces[number]
            end = start + (len(piece) - start) // LINE_BYTES * LINE_BYTES
            self._lines[number, start] = _lines(piece[start:end]), piece[end:]
        return self._lines[number, start]


def _lines(body: bytes) -> bytes:
    starts = range(0, len(body), LINE_BYTES)
    return b"".join([b2a_base64(body[at : at + LINE_BYTES], newline=False) + b"\r\n" for at in starts])
