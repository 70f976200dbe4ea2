"""Meaning from words: pure functions, one module for each kind of wording."""

from jobspider.normalise.posting import MalformedPosting, normalise

__all__ = ["MalformedPosting", "normalise"]
