"""The way to Redis."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jobdb.errors import SettingError
from jobdb.transport import may_be_plain

if TYPE_CHECKING:
    from redis import Redis

TIMEOUT = 30  # seconds


def connected(url: str) -> "Redis":
    """Return a connection to the Redis of REDIS_URL, which may hold a password and is never named in full.

    Raises SettingError when scrapy-redis is not installed, Redis does not answer, or another machine's is not rediss://.
    """
    try:
        import scrapy_redis  # noqa: F401  the frontier needs both
        from redis import Redis, RedisError
    except ImportError:
        message = "REDIS_URL needs scrapy-redis: pip install -r requirements-server.txt, or unset REDIS_URL"
        raise SettingError(message) from None
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("rediss", "unix") and not may_be_plain(host):
        raise SettingError(f"REDIS_URL: {parts.scheme}://{host} is not encrypted; use rediss://")
    try:
        server = Redis.from_url(url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)
        server.ping()
    except (RedisError, ValueError) as error:
        said = f"{host or 'Redis'} does not answer ({type(error).__name__})"
        raise SettingError(f"REDIS_URL: {said}; start it or unset REDIS_URL") from None
    return server
