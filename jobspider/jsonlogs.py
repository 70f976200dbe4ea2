"""Extension: the crawl's log lines as JSON where JOB_LOG asks for it."""

import logging
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from jobdb import logs


class JsonLogs:
    """Gives Scrapy's handlers, and Scrapyd's files, the form of jobdb.logs; the lines before the spider stay text.

    Scrapy replaces its handler once more after it made the extensions.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension; NotConfigured when text is wanted, SettingError as jobdb.logs."""
        if not logs.wanted():
            raise NotConfigured
        crawler.signals.connect(cls.opened, signals.spider_opened)
        return cls()

    @staticmethod
    def opened(spider: Spider) -> None:
        """Give every handler its form."""
        for handler in logging.root.handlers:
            handler.setFormatter(logs.JsonLines(f"crawl {spider.name}"))
