"""The rules of form: links, pictures, size, subject, headers, and that nothing was left unfilled or out."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from mailer_cli.compose import SIZE_LIMIT, measured
from mailer_cli.lint.proof import Proof
from mailer_cli.message import LOGO_MARK, NAME_MARK, WEB_LINK, leads_to_board
from mailer_cli.wording import plain

SUBJECT_LIMIT = 80  # characters; a phone shows some 40 of them, a desktop 70
UNFILLED = re.compile(r"\{\{|\}\}|\{%|%\}|\$\{|\bNone\b|\bTODO\b|\bundefined\b|" + f"[{NAME_MARK}{LOGO_MARK}]")
HEADERS = ("Subject", "From", "To", "Reply-To", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "Feedback-ID",
           "X-Jm-Delivery", "MIME-Version", "Content-Type")  # fmt: skip
ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058


def subject(proof: Proof) -> Iterator[str]:
    """Tell of a subject that is blank or too long."""
    length = len(proof.message.subject)
    if not 0 < length <= SUBJECT_LIMIT:
        yield f"the subject has {length} characters; 1 to {SUBJECT_LIMIT} are shown"


def links(proof: Proof) -> Iterator[str]:
    """Tell of links that are not plain http(s), and of those that are missing."""
    for link in dict.fromkeys(proof.page.links):
        if not WEB_LINK.fullmatch(link):
            yield f"{plain(link, 80)!r} is not an http(s) link"
    for name, url in _own_links(proof).items():
        if not _has_public_host(url):
            yield f"nobody else can reach {name}: {plain(url, 80)}"
    for name in ("survey", "unsubscribe"):
        url = _own_links(proof)[name]
        if url not in proof.page.links:
            yield f"the HTML part has no link to {name}"
        if url not in proof.message.text:
            yield f"the text part has no link to {name}"


def postings(proof: Proof) -> Iterator[str]:
    """Tell of postings that a part lacks, or whose link leaves their board."""
    for posting in proof.edition.postings:
        if not leads_to_board(posting.url, posting.board):
            yield f"posting {posting.posting_id}: the link leaves its board"
        if posting.url not in proof.message.text or plain(posting.title) not in proof.message.text:
            yield f"posting {posting.posting_id} is not in the text part"
    for posting in proof.shown:
        if posting.url not in proof.page.links:
            yield f"posting {posting.posting_id} is not in the HTML part"
    if proof.message.common.left_out and "더 보기" not in proof.page.words:
        yield f"{len(proof.message.common.left_out)} postings found no room in the HTML part, and it does not say so"


def pictures(proof: Proof) -> Iterator[str]:
    """Tell of pictures that say nothing where pictures are off, and of a logo that is missing."""
    for image in proof.page.images:
        if not image.get("alt", "").strip():
            yield f"the picture {plain(image.get('src', ''), 80)!r} has no alt words"
        if not WEB_LINK.fullmatch(image.get("src", "")):
            yield f"the picture {plain(image.get('src', ''), 80)!r} is not an http(s) link"
    if _logo(proof) not in [image.get("src") for image in proof.page.images]:
        yield "the logo is missing"


def size(proof: Proof) -> Iterator[str]:
    """Tell of an HTML part that Gmail would clip once its links are tracked."""
    if (many := measured(proof.message.common.html)) > SIZE_LIMIT:
        yield f"the HTML part has {many} bytes with spare for links, over {SIZE_LIMIT}"


def unfilled(proof: Proof) -> Iterator[str]:
    """Tell of what a template was to fill in and did not."""
    for found in dict.fromkeys(UNFILLED.findall(proof.own_words())):
        yield f"{found!a} was left unfilled"


def headers(proof: Proof) -> Iterator[str]:
    """Tell of headers that are missing, there twice, or not ours to write."""
    for name in HEADERS:
        if (many := len(proof.mail.get_all(name, []))) != 1:
            yield f"{name} is there {many} times"
    yield from (f"{name} is for SES to write" for name in proof.mail if name.lower().startswith("x-ses-"))
    clicks = proof.mail.get_all("List-Unsubscribe-Post", [])
    if clicks != ([ONE_CLICK] if proof.settings.tracking.url else []):
        yield "List-Unsubscribe-Post promises another one click than there is"
    if not proof.raw.isascii() or max(map(len, proof.raw.split(b"\r\n"))) > 998:
        yield "a line is longer than 998 letters or not ASCII (RFC 5322)"


def _own_links(proof: Proof) -> dict[str, str]:
    house = proof.settings
    own = {"survey": house.survey_url, "unsubscribe": house.unsubscribe_url, "logo": _logo(proof)}
    return own | ({"more": house.more_url} if house.more_url else {})


def _logo(proof: Proof) -> str:
    return proof.message.in_html[LOGO_MARK]


def _has_public_host(url: str) -> bool:
    """Tell whether a link's host is a name with a dot in it: no address of this network, no `localhost`."""
    host = urlsplit(url).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return "." in host.strip(".")
    return False
