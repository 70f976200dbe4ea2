"""An edition and a recipient → a Message: Jinja2 over a folder of templates, rendered once an edition."""

from bisect import bisect
from collections.abc import Callable
from email.utils import format_datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, select_autoescape
from markupsafe import escape

from jobdb.clock import KST
from mailer_cli import cards
from mailer_cli.config import MailSettings
from mailer_cli.message import LOGO_MARK, NAME_MARK, WEB_LINK, Composed, EditionMail, MailPosting, Message, Recipient
from mailer_cli.tokens import token
from mailer_cli.wording import day_words, plain

__all__ = ["EditionMail", "MailPosting", "Message", "Recipient", "compose", "composed"]

FEW = 20  # a mail with fewer postings says so
SIZE_LIMIT = 100 * 1024  # Gmail clips HTML beyond about 102 KB
LINK_SPARE = 300  # bytes that SES's click tracking may add to each link, after we measured
NAME_LIMIT = 40
CURLY = str.maketrans({"'": "’", '"': "”"})
AD_MARK = "(광고) "  # 정보통신망법 시행령: these letters, at the very beginning


def compose(edition: EditionMail, recipient: Recipient, settings: MailSettings) -> Message:
    """Return the recipient's mail: the edition, rendered once, with their name and links put in.

    ValueError when the edition has no postings or no room for one, a link of the settings is unsafe, or a template
    is wrong.
    """
    common = composed(edition, settings)
    name, logo = greeted(recipient.name), logo_url(recipient, settings)
    in_text, in_html = {NAME_MARK: name, LOGO_MARK: logo}, {NAME_MARK: str(escape(name)), LOGO_MARK: logo}
    return Message(common, in_text, in_html, _headers(edition, recipient, settings))


@lru_cache(maxsize=512)
def composed(edition: EditionMail, settings: MailSettings) -> Composed:
    """Return what all mails of an edition have in common; ValueError as compose()."""
    logo = LOGO_MARK if settings.tracking.url else _web_link("logo_url", settings.logo_url)
    try:
        return rendered(edition, settings, NAME_MARK, logo)
    except (TemplateError, TypeError) as error:  # TypeError: a template that adds a word to a number
        raise ValueError(f"the templates of {edition.track}: {error}") from error


def rendered(edition: EditionMail, settings: MailSettings, name: str, logo: str) -> Composed:
    """Return an edition's mail with a name and the logo's address in it; ValueError as compose().

    Postings for which the HTML has no room stand in the text part alone, the last ones of the edition.
    """
    templates = _templates(edition.track, settings.templates)
    words = _words(edition, settings) | {"name": name, "logo_url": logo}
    words["subject"] = _subject(edition, templates.get_template("subject.txt").render(words))
    page, inliner = templates.get_template("body.html"), css_inline.CSSInliner(load_remote_stylesheets=False)
    shown, html = _fitting(edition, lambda many: inliner.inline(page.render(words | _postings(edition, many))))
    text = templates.get_template("body.txt").render(words | _postings(edition, shown))
    return Composed(words["subject"], text, html, edition.postings[shown:])


def _subject(edition: EditionMail, rendered: str) -> str:
    if NAME_MARK in rendered:
        raise ValueError("subject.txt names the recipient; a subject is the same for the whole edition")
    return (AD_MARK if edition.kind == "ad" else "") + plain(rendered)


def _fitting(edition: EditionMail, html_of: Callable[[int], str]) -> tuple[int, str]:
    """Return how many postings the HTML has room for, and the HTML with so many."""
    most = len(edition.postings)
    if measured(whole := html_of(most)) <= SIZE_LIMIT:
        return most, whole
    room = bisect(range(1, most), SIZE_LIMIT, key=lambda many: measured(html_of(many)))
    if not room:
        raise ValueError(f"edition {edition.edition_id}: without any posting the HTML is near {SIZE_LIMIT} bytes")
    return room, html_of(room)


def measured(html: str) -> int:
    """Return the bytes of a composed page at the most: the longest name, and all links as they may grow."""
    return len(html.replace(NAME_MARK, "&#39;" * NAME_LIMIT).encode()) + LINK_SPARE * (html.count("<a ") + 1)


@cache
def _templates(track: str, folder: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader([folder / track, folder / "job_mail", folder]),
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
        "course": plain(edition.course, 60),
        "day": day_words(cards.day(edition)),
        "count": len(edition.postings),
        "few": len(edition.postings) < FEW,
        "boards": cards.board_counts(edition),
        "house": settings,
        "survey_url": _web_link("survey_url", settings.survey_url),
        "unsubscribe_url": _web_link("unsubscribe_url", settings.unsubscribe_url),
        "more_url": settings.more_url and _web_link("more_url", settings.more_url),
    }


def _postings(edition: EditionMail, shown: int) -> dict[str, Any]:
    left_out = [cards.card(posting, edition) for posting in edition.postings[shown:]]
    return {"groups": cards.groups(edition, shown), "left_out": left_out}


def _web_link(name: str, url: str) -> str:
    if not WEB_LINK.fullmatch(url):
        raise ValueError(f"{name} of the mail settings is not an http(s) link")
    return url


def greeted(name: str) -> str:
    """Return a name as a mail says it: one line without straight quotes, the same in text, HTML and attributes."""
    return plain(name, NAME_LIMIT).translate(CURLY)


def logo_url(recipient: Recipient, settings: MailSettings) -> str:
    """Return the address of the recipient's logo: with an endpoint, the one that counts an opening."""
    tracking = settings.tracking
    if not tracking.url:
        return _web_link("logo_url", settings.logo_url)
    return f"{tracking.url}/o/{token('open', recipient.delivery_id, tracking.keys)}.png"


def _headers(edition: EditionMail, recipient: Recipient, settings: MailSettings) -> dict[str, str]:
    domain = settings.sender_address.rpartition("@")[2]
    return {
        # The slot, not the clock: a delivery composed again is the same bytes.
        "Date": format_datetime(edition.slot.astimezone(KST)),
        "Message-ID": f"<{recipient.delivery_id}@{domain}>",
        "List-Id": f"<job-mail.{domain}>",
        **_unsubscribing(recipient, settings),
        "Feedback-ID": f"{edition.edition_id}:{edition.track}:job-mail:{domain}",
        "X-Jm-Delivery": recipient.delivery_id,
    }


def _unsubscribing(recipient: Recipient, settings: MailSettings) -> dict[str, str]:
    """Return the headers by which mail programs unsubscribe; a Form cannot take RFC 8058's one click."""
    tracking = settings.tracking
    if not tracking.url:
        return {"List-Unsubscribe": f"<{settings.unsubscribe_url}>"}
    link = f"{tracking.url}/u/{token('unsubscribe', recipient.delivery_id, tracking.keys)}"
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
