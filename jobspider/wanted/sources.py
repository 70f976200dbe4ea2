"""The ways to Wanted's postings, by the names that WANTED_SOURCE takes.

Its robots.txt (read in 2026) keeps robots out of /api/, and its /wdlist is empty without a browser: the list is read as
a browser fills it, or without one the sitemap. The JSON and the official API are read where an operator says so.
"""

from scrapy.http import Response
from scrapy.settings import BaseSettings

from jobdb.chromium import chromium
from jobdb.errors import SettingError
from jobspider.wanted.api import Api
from jobspider.wanted.listpage import ListPage
from jobspider.wanted.openapi import OpenApi
from jobspider.wanted.sitemap import Sitemap
from jobspider.wanted.source import Source

SOURCES: dict[str, Source] = {"browser": ListPage(), "sitemap": Sitemap(), "api": Api(), "openapi": OpenApi()}


def chosen(settings: BaseSettings) -> str:
    """Return the source that WANTED_SOURCE names, or else the best that works here. Raises SettingError."""
    name = settings.get("WANTED_SOURCE") or ("browser" if chromium() else "sitemap")
    if name not in SOURCES:
        raise SettingError(f"WANTED_SOURCE={name!r} is no way to Wanted's postings; use one of {', '.join(SOURCES)}")
    return name


def source_of(response: Response) -> Source:
    """Return the source whose list an answer is."""
    return next((source for source in SOURCES.values() if response.url.startswith(source.begins)), SOURCES["sitemap"])
