"""Who opens a crawl and who joins it."""

import os
import socket
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from jobspider.base import BoardSpider
from jobspider.sharing.crawl import SharedCrawl
from jobspider.sharing.memory import tally_of

if TYPE_CHECKING:
    from redis import Redis

OPENING = 300  # seconds: after an edit of keywords all that is stored is judged anew first
SANE = ("ok", "suspect")


def join(spider: BoardSpider, server: "Redis", run_id: str, lease: float) -> tuple[SharedCrawl, str]:
    """Return the board's crawl that is under way, which the spider takes as its own, or a new one that it opens.

    A crawl of the same run that all nodes have left is taken up again, one of another run is not. The text says why
    this node may not take part, "" where it may. Raises redis.RedisError.
    """
    node = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"
    current = f"jobspider:{spider.name}:current"
    with server.lock(f"jobspider:{spider.name}:door", timeout=OPENING, blocking_timeout=OPENING):
        name = cast("bytes | None", server.get(current))
        crawl = SharedCrawl(server, spider.name, name.decode() if name else "", node)
        problem = ""
        if is_ours(crawl, run_id):
            problem = take_over(spider, crawl.facts())
        else:
            crawl = SharedCrawl(server, spider.name, uuid.uuid4().hex[:12], node)
            crawl.open(opened_by(spider, run_id))
            server.set(current, crawl.name, ex=24 * 3600)
        if crawl.verdict() is None and not problem:
            crawl.settle([], lease, tally_of(spider.store, 0))
    return crawl, problem


def is_ours(crawl: SharedCrawl, run_id: str) -> bool:
    """Tell whether a run of this id belongs to the board's latest crawl: under way, left by all, or done already."""
    facts, verdict = crawl.facts(), crawl.verdict()
    same_run = bool(run_id) and facts.get("run_id") == run_id
    if not facts or verdict is None:
        return bool(facts) and (crawl.has_nodes() or same_run)
    return same_run and verdict in SANE


def terms(spider: BoardSpider) -> dict[str, Any]:
    """Return what has to be the same on all nodes of a crawl."""
    settings = spider.crawler.settings
    walks = [[list(pair) for pair in walk.items()] for walk in spider.walks()]
    return {"full": spider.full, "source": spider.store.source, "keywords": spider.store.rules, "walks": walks,
            "sandbox": bool(settings.get("JOBSPIDER_SANDBOX"))}  # fmt: skip


def opened_by(spider: BoardSpider, run_id: str) -> dict[str, Any]:
    """Begin the crawl, and return what those who join have to know of it."""
    forgotten = spider.take_stock()
    agreed = terms(spider)
    spider.store.begin(spider.started_at, agreed["sandbox"])
    return {"run_id": run_id, "terms": agreed, "crawl_id": spider.store.crawl_id, "deep": spider.store.deep,
            "started_at": spider.started_at.isoformat(), "forgotten": sorted(forgotten)}  # fmt: skip


def take_over(spider: BoardSpider, facts: dict[str, Any]) -> str:
    """Crawl as the crawl's opener does; return what differs so that it would be two crawls, "" for nothing."""
    spider.store.crawl_id = facts["crawl_id"]
    mine = terms(spider)
    if differing := [name for name, term in facts["terms"].items() if mine[name] != term]:
        return f"this node's {' and '.join(differing)} differ; give all nodes the same config/, keys and arguments"
    spider.begin_at(datetime.fromisoformat(facts["started_at"]))
    spider.store.deep = facts["deep"]
    spider.store.forget(set(facts["forgotten"]))
    return ""
