"""Extension: the crawl's log lines as JSON where JOB_LOG asks for it."""

import logging
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from jobdb import logs


class JsonLogs:
    """Gives Scrapy's handlers, and Scrapyd's files, the form of jobdb.logs; the lines before the spider stay text."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension; NotConfigured when text is wanted, SettingError as jobdb.logs."""
        if not logs.wanted():
            raise NotConfigured
        for handler in logging.root.handlers:
            handler.setFormatter(logs.JsonLines(f"crawl {crawler.spidercls.name}"))
        return cls()
