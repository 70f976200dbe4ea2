"""From the words of a posting to its meaning."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from jobdb.boards import BOARDS
from jobdb.posting import Career, Deadline, Education, Posting, UnknownWording
from jobspider.items import RawPosting
from jobspider.normalise import conditions
from jobspider.normalise.career import read_career, read_career_range
from jobspider.normalise.company import company_key, read_company
from jobspider.normalise.deadline import read_deadline
from jobspider.normalise.education import read_education
from jobspider.normalise.employment import read_employment
from jobspider.normalise.posted import read_posted
from jobspider.normalise.region import Places, read_region
from jobspider.normalise.text import WordingError, clean, clean_lines, storable

IMAGE_ONLY_BELOW = 60  # characters of text beside an image: a body that is the image (half of Saramin's, 2026-08)
NO_UPPER_YEARS = {"wanted": 100, "jumpit": 20}  # the number with which a board's JSON says "or more"

T = TypeVar("T")


class MalformedPosting(ValueError):
    """A posting without what every posting has; `reason` is one of no_board, no_id, no_title, no_company, bad_url."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def normalise(raw: RawPosting, seen_at: datetime) -> Posting:
    """Give a posting's words their meaning; `seen_at` is the aware instant at which the board showed them.

    Words that no table knows are kept in `unknown`, and their field says UNKNOWN. Raises MalformedPosting, and
    ValueError when `seen_at` has no zone.
    """
    if seen_at.tzinfo is None:
        raise ValueError("seen_at must be aware")
    _check(raw)
    reading = _Reading(raw, seen_at)
    places = reading.places()
    body = clean_lines(raw.body)
    return Posting(
        board=raw.board,
        board_id=clean(raw.board_id),
        url=raw.url,
        title=clean(raw.title),
        company=read_company(raw.company),
        company_key=company_key(raw.company),
        deadline=reading.read("deadline", raw.deadline, lambda text: read_deadline(text, seen_at), Deadline()),
        career=reading.career(),
        education=reading.read("education", reading.words("education"), read_education, Education.UNKNOWN),
        employment=reading.read("employment", reading.words("employment"), read_employment, ()),
        regions=places.regions,
        remote=places.remote,
        posted_on=reading.read("posted", raw.posted, lambda text: read_posted(text, seen_at), None),
        pay=clean(reading.words("pay")),
        skills=tuple(dict.fromkeys(skill for word in raw.skills if (skill := clean(word)))),
        body=body,
        image_only=raw.body_images > 0 and len(body) < IMAGE_ONLY_BELOW,
        unknown=tuple(reading.unknown),
        raw={name: storable(words) for name, words in raw.words().items() if words},
    )


def _check(raw: RawPosting) -> None:
    if raw.board not in BOARDS:
        raise MalformedPosting("no_board")
    for reason, text in (("no_id", raw.board_id), ("no_title", raw.title), ("no_company", raw.company)):
        if not clean(text):
            raise MalformedPosting(reason)
    if not _is_on_board(raw.url, raw.board):
        raise MalformedPosting("bad_url")


def _is_on_board(url: str, board: str) -> bool:
    """Tell whether the address is https and of the board's own host or a partner's, with nothing hidden in it."""
    homes = tuple(f"{home}/" for home in BOARDS[board].homes)
    return url.startswith(homes) and url.isprintable() and " " not in url


@dataclass(slots=True)
class _Reading:
    """One posting being read: its labelled words, else its card's, and the wording that nobody knew."""

    raw: RawPosting
    seen_at: datetime
    unknown: list[UnknownWording] = field(default_factory=list)
    card: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.card = conditions.classify(self.raw.conditions)
        self.unknown += [UnknownWording("conditions", clean(word)) for word in self.card.get(conditions.UNKNOWN, [])]

    def words(self, name: str) -> str:
        """Return a field's labelled words, or those of the card."""
        labelled: str = getattr(self.raw, name)
        return labelled or ", ".join(self.card.get(name, []))

    def read(self, name: str, text: str, reader: Callable[[str], T], unknown: T) -> T:
        """Return what the reader makes of the text, else the part of it that it knows, else `unknown`."""
        try:
            return reader(text)
        except WordingError as error:
            self.unknown.append(UnknownWording(name, clean(error.wording)))
            known: Any = error.known
            return unknown if known is None else known

    def career(self) -> Career:
        raw = self.raw
        if not (raw.career_from or raw.career_to or raw.newcomer):
            return self.read("career", self.words("career"), read_career, Career())
        top = NO_UPPER_YEARS.get(raw.board)
        years = f"{raw.career_from}~{raw.career_to}"
        return self.read(
            "career", years, lambda _: read_career_range(raw.career_from, raw.career_to, raw.newcomer, top), Career()
        )

    def places(self) -> Places:
        return self.read("region", self.words("region"), read_region, Places())
