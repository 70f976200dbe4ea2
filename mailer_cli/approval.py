"""What was approved is what is sent: an approval holds for the very words that somebody saw, and for no others."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from jobdb.errors import DataError
from jobdb.tracks import Track
from mailer_cli import letters
from mailer_cli.compose import composed
from mailer_cli.config import MailSettings
from mailer_cli.message import EditionMail
from mailer_cli.records import Edition
from mailer_cli.screen import count, when
from mailer_cli.store import approvals

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def digest(mail: EditionMail, settings: MailSettings) -> str:
    """Return the SHA-256 of what an edition says: its kind, its postings in their order, subject, text and HTML.

    Recipients' names and links are left out. ValueError when the edition cannot be composed.
    """
    words = composed(mail, settings)
    ids = ",".join(str(posting.posting_id) for posting in mail.postings)
    hashed = hashlib.sha256()
    for part in (mail.kind, ids, words.subject, words.text, words.html):
        said = part.encode()
        hashed.update(b"%d:" % len(said) + said)  # with its length, so that no part can run over into the next
    return hashed.hexdigest()


def needed(track: Track, settings: MailSettings) -> bool:
    """Tell whether nothing of a track goes out before somebody approved it."""
    return settings.approval or track.approval


def why_waiting(on: "cursor", mail: EditionMail, track: Track, settings: MailSettings) -> str | None:
    """Return why an edition must not go out yet: nobody approved it, or it changed since; None when it may."""
    if not needed(track, settings):
        return None
    approved = approvals.latest(on, mail.edition_id)
    if approved is None:
        return "not approved yet"
    try:
        unchanged = approved[0] == digest(mail, settings)
    except ValueError as error:
        return f"cannot be composed: {error}"
    return None if unchanged else f"changed after it was approved ({when(approved[1])})"


def waiting(
    on: "cursor", editions: Iterable[Edition], tracks: Mapping[str, Track], settings: MailSettings
) -> dict[Edition, str]:
    """Return the editions that must not go out yet, and why; those of a track that is not configured are left out."""
    found = {}
    for edition in editions:
        track = tracks.get(edition.course.track)
        if track is None or not needed(track, settings):
            continue
        if why := why_waiting(on, letters.edition_mail(on, edition, track), track, settings):
            found[edition] = why
    return found


def told(waiting: Mapping[Edition, str]) -> str:
    """Return what waits for an approval, and why, in a line."""
    named = ", ".join(f"{edition.course.name} ({why})" for edition, why in waiting.items())
    return f"{count(len(waiting), 'edition')} waiting for `mailer approve`: {named}"


def refuse_unapproved(on: "cursor", mail: EditionMail, track: Track, settings: MailSettings) -> None:
    """Raise DataError when an edition must not go out yet."""
    if waiting := why_waiting(on, mail, track, settings):
        raise DataError(
            f"{mail.course}: {waiting}; look at it (`mailer preview --any`) and run `mailer approve {mail.edition_id}`"
        )
