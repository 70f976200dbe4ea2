"""Scrapyd: served with a password, given the crawl as an egg, asked to crawl."""
