"""An edition and a recipient → a Message: Jinja2 over a folder of templates, rendered once an edition."""

from datetime import date
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import escape

from jobdb.boards import BOARDS
from jobdb.clock import KST
from jobdb.posting import DeadlineKind
from mailer_cli import wording
from mailer_cli.config import MailSettings
from mailer_cli.message import WEB_LINK, EditionMail, MailPosting, Message, Recipient
from mailer_cli.wording import plain

__all__ = ["EditionMail", "MailPosting", "Message", "Recipient", "compose"]

FEW = 20  # a mail with fewer postings says so
SIZE_LIMIT = 100 * 1024  # Gmail clips HTML beyond about 102 KB
LINK_SPARE = 300  # bytes that SES's click tracking may add to each link, after we measured
NAME_MARK = "\ue000"  # private use: plain() leaves none in any text, so it stands for the recipient's name alone


def compose(edition: EditionMail, recipient: Recipient, settings: MailSettings) -> Message:
    """Return the recipient's mail: the edition, rendered once, with their name put in.

    ValueError when the edition has no postings or is over the size budget, or when a link of the settings is unsafe.
    """
    subject, text, html = _rendered(edition, settings)
    name = plain(recipient.name, 40)
    headers = _headers(edition, recipient, settings)
    return Message(subject, text.replace(NAME_MARK, name), html.replace(NAME_MARK, str(escape(name))), headers)


def _headers(edition: EditionMail, recipient: Recipient, settings: MailSettings) -> dict[str, str]:
    domain = settings.sender_address.rpartition("@")[2]
    return {
        # The slot, not the clock: a delivery composed again is the same bytes.
        "Date": format_datetime(edition.slot.astimezone(KST)),
        "Message-ID": f"<{recipient.delivery_id}@{domain}>",
        "List-Id": f"<job-mail.{domain}>",
        "List-Unsubscribe": f"<{settings.unsubscribe_url}>",
        "Feedback-ID": f"{edition.edition_id}:{edition.track}:job-mail:{domain}",
        "X-Jm-Delivery": recipient.delivery_id,
    }


@lru_cache(maxsize=64)
def _rendered(edition: EditionMail, settings: MailSettings) -> tuple[str, str, str]:
    """Return subject, text and HTML with NAME_MARK where the recipient's name goes."""
    words = _words(edition, settings)
    templates = _templates(edition.track, settings)
    subject = plain(templates.get_template("subject.txt").render(words))
    words["subject"] = subject
    text = templates.get_template("body.txt").render(words)
    html = templates.get_template("body.html").render(words)
    inlined = css_inline.CSSInliner(load_remote_stylesheets=False).inline(html)
    _keep_to_budget(edition, inlined)
    return subject, text, inlined


def _templates(track: str, settings: MailSettings) -> Environment:
    folders = [settings.templates / track, settings.templates / "job_mail", settings.templates]
    return Environment(
        loader=FileSystemLoader(folders),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _words(edition: EditionMail, settings: MailSettings) -> dict[str, Any]:
    if not edition.postings:
        raise ValueError(f"edition {edition.edition_id} has no postings; it is not to be mailed")
    return {
        "name": NAME_MARK,
        "course": plain(edition.course, 60),
        "day": wording.day_words(_day(edition)),
        "count": len(edition.postings),
        "few": len(edition.postings) < FEW,
        "boards": _board_counts(edition),
        "groups": _groups(edition),
        "house": settings,
        "survey_url": _web_link("survey_url", settings.survey_url),
        "unsubscribe_url": _web_link("unsubscribe_url", settings.unsubscribe_url),
        "logo_url": _web_link("logo_url", settings.logo_url),
    }


def _web_link(name: str, url: str) -> str:
    if not WEB_LINK.fullmatch(url):
        raise ValueError(f"{name} of the mail settings is not an http(s) link")
    return url


def _board_counts(edition: EditionMail) -> list[tuple[str, int]]:
    keys = [posting.board for posting in edition.postings]
    return [(board.label, keys.count(board.key)) for board in BOARDS.values() if board.key in keys]


def _day(edition: EditionMail) -> date:
    return edition.slot.astimezone(KST).date()


def _groups(edition: EditionMail) -> list[tuple[str, list[dict[str, str]]]]:
    """Return the postings by what the reader must decide first; those that close soon stand in that order."""
    today = _day(edition)
    soon = [posting for posting in edition.postings if wording.closes_soon(posting.deadline, today)]
    later = [posting for posting in edition.postings if posting.deadline.at and posting not in soon]
    undated = [posting for posting in edition.postings if not posting.deadline.at]
    soon.sort(key=lambda posting: wording.last_day(posting.deadline.at) if posting.deadline.at else today)
    groups = (("곧 마감하는 공고", soon), ("여유 있게 지원할 공고", later), (_undated_title(undated), undated))
    return [(title, [_card(posting, edition) for posting in postings]) for title, postings in groups if postings]


def _undated_title(postings: list[MailPosting]) -> str:
    known = {posting.deadline.kind for posting in postings} <= {DeadlineKind.OPEN_ENDED, DeadlineKind.UNTIL_FILLED}
    return "상시 · 채용 시까지" if known else "상시 · 마감일 미정"


def _card(posting: MailPosting, edition: EditionMail) -> dict[str, str]:
    today = _day(edition)
    details = (wording.region_words(posting.regions), wording.career_words(posting.career))
    return {
        "title": plain(posting.title),
        "company": plain(posting.company, 60),
        "board": BOARDS[posting.board].label,
        "url": posting.url,
        "period": wording.period_words(posting.deadline, today),
        "countdown": wording.countdown(posting.deadline, today),
        "details": plain(" · ".join(detail for detail in details if detail)),
    }


def _keep_to_budget(edition: EditionMail, html: str) -> None:
    size = len(html.encode()) + LINK_SPARE * html.count("<a ")
    if size > SIZE_LIMIT:
        raise ValueError(f"edition {edition.edition_id}: {size} bytes with spare for links, over {SIZE_LIMIT}")
