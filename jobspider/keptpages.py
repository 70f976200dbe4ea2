"""Pages that could not be read, kept for the person who mends the spider."""

import gzip
import re
from pathlib import Path

from scrapy.http import Response

MOST = 20  # of one board; the oldest give way


class KeptPages:
    """A folder of a board's newest unreadable pages, compressed, each with its address and status in the first line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, cause: str, response: Response) -> Path:
        """Write a page and drop the oldest beyond MOST; return its file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{self._next_number():06}-{re.sub(r'[^0-9A-Za-z가-힣]+', '-', cause)[:60]}.gz"
        path.write_bytes(gzip.compress(f"{response.status} {response.url}\n".encode() + response.body))
        for old in sorted(self.folder.glob("*.gz"))[:-MOST]:
            old.unlink()
        return path

    def _next_number(self) -> int:
        newest = max((path.name for path in self.folder.glob("*.gz")), default="000000")
        return int(newest[:6]) + 1
