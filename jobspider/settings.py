"""The Scrapy settings that we changed, each with its reason."""

import os
import sys
from pathlib import Path

from jobdb.errors import SettingError
from jobdb.place import checkout
from jobdb.secret import secret
from jobspider.arguments import log_level

BOT_NAME = "jobspider"
SPIDER_MODULES = ["jobspider.spiders"]
COMMANDS_MODULE = "jobspider.commands"

# Who is asking, and whom a board may write to.
CONTACT = os.environ.get("JOBSPIDER_CONTACT", "")
USER_AGENT = f"Mozilla/5.0 (compatible; jobspider/1.0{f'; +{CONTACT}' if CONTACT else ''})"
DEFAULT_REQUEST_HEADERS = {"Accept": "text/html,application/json;q=0.9,*/*;q=0.8", "Accept-Language": "ko-KR,ko;q=0.9"}

# Politeness. A board's spider may ask for a longer delay, never a shorter one.
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 1  # in all: what waits in Scrapy's queue of a host would still be sent after HostGuard gave it up
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_MAX_DELAY = 30.0
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy's default takes any; official APIs are called with our keys
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024  # bytes, unpacked too: a sitemap may have 50 MB (sitemaps.org), nothing has more
REDIRECT_MAX_TIMES = 5  # one board answers some clients with a redirect to itself, for ever

# Trouble on the way. HostGuard repeats answers, after Retry-After or a growing wait; Scrapy's own retry is left with
# what never became an answer (timeouts, closed connections).
DOWNLOADER_MIDDLEWARES = {
    "jobspider.redirects.SiteGuard": 550,
    "jobspider.middlewares.HostGuard": 560,  # behind redirects and decompression
}
RETRY_HTTP_CODES: list[int] = []
TROUBLE_BACKOFF = 5.0  # seconds before the first repetition; it doubles
TROUBLE_LONGEST_WAIT = 300.0  # a host that asks for more is left alone for the rest of the run
KEPT_PAGES = os.environ.get("JOBSPIDER_KEPT_PAGES") or str((checkout() or Path.cwd()) / "var" / "kept-pages")

# The boards on loopback: requests keep their real URLs and are carried to this address. No politeness is due there.
JOBSPIDER_SANDBOX = os.environ.get("JOBSPIDER_SANDBOX", "")
if JOBSPIDER_SANDBOX:
    DOWNLOAD_HANDLERS = {"https": "jobspider.sandbox.SandboxHandler"}
    DOWNLOAD_DELAY = 0.0
    CONCURRENT_REQUESTS = CONCURRENT_REQUESTS_PER_DOMAIN = 8
    AUTOTHROTTLE_ENABLED = False
    TROUBLE_BACKOFF = 0.05

# Where a board offers several ways, the one an operator chose (docs/boards.md).
WANTED_SOURCE = os.environ.get("WANTED_SOURCE", "").strip()
try:
    WANTED_CLIENT_ID = secret("WANTED_CLIENT_ID")
    WANTED_CLIENT_SECRET = secret("WANTED_CLIENT_SECRET")
    SARAMIN_ACCESS_KEY = secret("SARAMIN_ACCESS_KEY")
    WORK24_API_KEY = secret("WORK24_API_KEY")
    REDIS_URL = secret("REDIS_URL")  # where nodes share the crawls of boards (docs/scale.md)
    LOG_LEVEL = log_level(os.environ.get("JOBSPIDER_LOG_LEVEL") or "INFO")
except SettingError as error:  # Scrapy reads settings before its commands can catch anything
    print(f"error: {error}", file=sys.stderr)
    sys.exit(error.exit_code)

ITEM_PIPELINES = {
    "jobspider.pipelines.NormalisePosting": 100,
    "jobspider.pipelines.DropDuplicates": 200,
    "jobspider.pipelines.MatchTracks": 300,
    "jobspider.pipelines.StorePosting": 400,
}
EXTENSIONS = {"jobspider.jsonlogs.JsonLogs": 0, "jobspider.report.CrawlReport": 0}

TELNETCONSOLE_ENABLED = False  # both start a server on loopback that runs any Python it is sent
REMOTE_CONTROL_ENABLED = False
