"""Opening stored postings again: what every spider that does so shares."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from jobdb import clock
from jobdb.posting import PostingState
from jobspider.addresses import Address
from jobspider.items import Verdict
from jobspider.middlewares import Refused
from jobspider.pages import BoardPages
from jobspider.store import CrawlStore

GONE = (404, 410)


class Rechecks:
    """For spiders: one request for each stored posting, a verdict in the database for each."""

    store: CrawlStore

    def rechecks(self, addresses: Iterable[Address]) -> Iterator[Request]:
        """Yield the requests that ask the boards for these postings again."""
        for address in addresses:
            yield (
                pages_of(address.board)
                .posting_request(address.board_id, address.url)
                .replace(
                    callback=self.on_recheck,
                    errback=self.on_recheck_failure,
                    dont_filter=True,
                    cb_kwargs={"address": address},
                )
            )

    def on_recheck(self, response: Response, address: Address) -> None:
        """Record what the page says."""
        state = pages_of(address.board).posting_state(response)
        self._record(address, state, f"http {response.status}, {address.board} says {state}")

    def on_recheck_failure(self, failure: Failure) -> None:
        """Record trouble on the way as unknown; a page that is gone is closed."""
        name, response = cause(failure)
        gone = response is not None and response.status in GONE
        self._record(asked(failure)["address"], PostingState.CLOSED if gone else PostingState.UNKNOWN, name)

    def _record(self, address: Address, state: PostingState, evidence: str) -> None:
        self.store.write_verdict(Verdict(address.posting_id, state, evidence, clock.now()))


def pages_of(board: str) -> type[BoardPages]:
    """Return the spider class of a board, whose module has the board's name."""
    module = import_module(f"jobspider.spiders.{board}")
    found: type[BoardPages] = next(
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, BoardPages) and value.__module__ == module.__name__
    )
    return found


def cause(failure: Failure) -> tuple[str, Response | None]:
    """Name what went wrong with a request in a few words that can be counted, and return the answer if one came."""
    error = failure.value
    response = getattr(error, "response", None)
    if isinstance(error, Refused):
        return error.cause, response
    if response is not None:
        return f"http {response.status}", response
    return (str(error) if isinstance(error, IgnoreRequest) else type(error).__name__), None


def asked(failure: Failure) -> dict[str, Any]:
    """Return the keywords of the request that failed; Scrapy hangs the request on the failure."""
    request: Request = failure.request  # type: ignore[attr-defined]
    return request.cb_kwargs
