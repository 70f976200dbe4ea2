"""One crawl of several nodes, as it stands in Redis."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from jobspider.sharing import scripts

if TYPE_CHECKING:
    from redis import Redis

LIFETIME = 24 * 3600  # seconds that what a crawl left behind stays, when nobody is at it any more
AFTERGLOW = 60  # seconds for the nodes that are still leaving


class SharedCrawl:
    """The keys jobspider:<board>:<name>:… and what happens to them. Raises redis.RedisError throughout."""

    def __init__(self, server: "Redis", board: str, name: str, node: str) -> None:
        self.server, self.board, self.name, self.node = server, board, name, node
        self.duties: list[str] = []  # claimed, and done when this node next settles
        self._keys = [self.key(kind) for kind in scripts.KEYS]
        self._scripts = {
            kind: server.register_script(getattr(scripts, kind))
            for kind in ("PUSH", "COME_BACK", "POP", "SETTLE", "CLAIM", "LEAVE")
        }

    def key(self, kind: str) -> str:
        """Return the name of one of the crawl's keys."""
        return f"jobspider:{self.board}:{self.name}:{kind}"

    def _run(self, script: str, *arguments: object) -> Any:
        return self._scripts[script](keys=self._keys, args=cast(Any, arguments))

    # The frontier -----------------------------------------------------------------------------------

    def push(self, token: str, request: str, priority: int) -> bool:
        """Let a request wait; False when the crawl has asked it before."""
        return bool(self._run("PUSH", token, request, priority))

    def come_back(self, token: str, request: str, priority: int) -> bool:
        """Let a request wait once more; False when another node has taken it over meanwhile."""
        return bool(self._run("COME_BACK", token, request, priority, self.node))

    def pop(self) -> tuple[str, bytes] | None:
        """Take the next request: its token and itself; None when none waits."""
        found = self._run("POP", self.node)
        return (found[0].decode(), found[1]) if found else None

    def settle(self, tokens: Iterable[str], lease: float, tally: dict[str, Any]) -> int:
        """Be done with requests, tell this node's counts so far, stay alive; return how many the dead gave back."""
        done, self.duties = [*tokens, *self.duties], []
        return int(self._run("SETTLE", self.node, lease, LIFETIME, json.dumps(tally), *done))

    def is_done(self) -> bool:
        """Tell whether nothing waits and no node holds anything."""
        with self.server.pipeline() as ask:
            ask.zcard(self.key("pending"))
            ask.hlen(self.key("flight"))
            return sum(ask.execute()) == 0

    def waiting(self) -> int:
        """Return how many requests wait."""
        return int(cast(Any, self.server.zcard(self.key("pending"))))

    def claim(self, what: str) -> bool:
        """Take a duty that falls to one node, once everything is done."""
        claimed = bool(self._run("CLAIM", self.node, what))
        self.duties += [what] if claimed else []
        return claimed

    def leave(self) -> bool:
        """Leave the crawl; True for the node that has to sum it up."""
        return bool(self._run("LEAVE", self.node, AFTERGLOW))

    # What the crawl is ------------------------------------------------------------------------------

    def facts(self) -> dict[str, Any]:
        """Return what its nodes have to agree on; {} for a crawl that nobody has opened."""
        text = self.server.hget(self.key("crawl"), "facts")
        return json.loads(cast(bytes, text)) if text else {}

    def open(self, facts: dict[str, Any]) -> None:
        """Say what its nodes have to agree on."""
        self.server.hset(self.key("crawl"), "facts", json.dumps(facts))

    def has_nodes(self) -> bool:
        """Tell whether a node is alive in it."""
        seconds, millionths = cast(Any, self.server.time())
        return bool(self.server.zcount(self.key("nodes"), seconds + millionths / 1e6, "+inf"))

    def verdict(self) -> str | None:
        """Return the verdict: "" before there is one in a crawl that is over, None in one that is not."""
        over, verdict = cast(Any, self.server.hmget(self.key("crawl"), ["over", "verdict"]))
        return None if over is None else (verdict or b"").decode()

    def conclude(self, verdict: str) -> None:
        """Note the verdict."""
        self.server.hset(self.key("crawl"), "verdict", verdict)

    def tallies(self) -> list[dict[str, Any]]:
        """Return every node's counts as it last told them, the dead ones' too."""
        return [json.loads(tally) for tally in cast(Any, self.server.hvals(self.key("tallies")))]
