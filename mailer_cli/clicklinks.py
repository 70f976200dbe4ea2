"""Which links the mails of editions have, remembered from one batch of clicks to the next."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from mailer_cli.config import MailSettings
from mailer_cli.events.links import HouseLinks, Link, house_keys, is_own_unsubscribing, key_of, keys_of, link_of
from mailer_cli.store import eventreaders

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

EDITIONS = 2_000  # a year and a half of ten courses


class ClickLinks:
    """The links of every mail, and those of each edition's postings."""

    def __init__(self, settings: MailSettings) -> None:
        self._house = HouseLinks(
            settings.survey_url, settings.unsubscribe_url, settings.more_url, settings.tracking.url
        )
        self._house_keys = house_keys(self._house)
        self._postings: dict[int, Mapping[str, int]] = {}

    def learn(self, on: "cursor", edition_ids: Collection[int]) -> None:
        """Have the postings of editions at hand."""
        missing = set(edition_ids) - self._postings.keys()
        if not missing:
            return
        if len(self._postings) + len(missing) > EDITIONS:
            self._postings.clear()
            missing = set(edition_ids)
        found = eventreaders.postings(on, missing)
        self._postings |= {edition_id: keys_of(found.get(edition_id, ())) for edition_id in missing}

    def of(self, url: str, edition_id: int | None) -> tuple[str, Link, int | None]:
        """Return the key of a link, what it is, and its posting in an edition that was learnt (None: unknown yet)."""
        key = key_of(url)
        if is_own_unsubscribing(url, self._house):
            return key, "unsubscribe", None
        return key, *link_of(key, self._house_keys, self._postings[edition_id] if edition_id is not None else {})

    def posting(self, key: str | None, edition_id: int) -> int | None:
        """Return the posting of an edition that was learnt which a link's key stands for, or None."""
        return self._postings[edition_id].get(key) if key else None
