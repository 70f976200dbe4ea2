"""Several nodes crawl one board together: with REDIS_URL they share its frontier through scrapy-redis.

One crawl, one row, one verdict, however many nodes: whoever starts a board's spider while a crawl of it is under way
joins that crawl. Every request is asked once; what a node holds when it dies is asked again by another.
"""

from scrapy.settings import BaseSettings

from jobspider.sharing.server import connected

FRONTIER = f"{__name__}.frontier.Frontier"
LEASE = 30.0  # seconds without a sign of life after which a node counts as dead


def switch_on(settings: BaseSettings) -> None:
    """Let a board's spider share its crawl. Raises SettingError where Redis cannot be used."""
    connected(settings["REDIS_URL"]).close()
    settings.set("SCHEDULER", FRONTIER, priority="spider")
    settings.set("SHARED_LEASE", LEASE, priority="default")
    ways = {**settings.getdict("DOWNLOADER_MIDDLEWARES"), f"{__name__}.pace.SharedPace": 565}  # behind HostGuard's wait
    settings.set("DOWNLOADER_MIDDLEWARES", ways, priority="spider")
