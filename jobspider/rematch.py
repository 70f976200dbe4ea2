"""After an edit of the keywords: judge what earlier crawls of a board kept and dropped by the rules now in force."""

from typing import TYPE_CHECKING

from psycopg2.extras import execute_values

from jobspider.keywords import EXCLUDED, NO_KEYWORD, Matcher

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor


def rules_changed(database: "connection", board: str, matcher: Matcher) -> bool:
    """Tell whether the board's newest sane crawl matched with other rules."""
    with database, database.cursor() as on:
        on.execute("SELECT rules FROM crawl WHERE spider = %s AND verdict = 'ok' ORDER BY id DESC LIMIT 1", (board,))
        row = on.fetchone()
    return row is not None and row[0] != matcher.fingerprint


def rematch(database: "connection", board: str, matcher: Matcher) -> set[str]:
    """Give the board's stored postings the tracks that want them now; return the ids of dropped ones now wanted.

    A posting that no track wants any more keeps its row and loses its tracks: no mail takes it.
    """
    with database, database.cursor() as on:
        _rematch_postings(on, board, matcher)
        on.execute(
            "SELECT board_id, title, company FROM sighting WHERE board = %s AND outcome = ANY(%s)",
            (board, [NO_KEYWORD, EXCLUDED]),
        )
        return {board_id for board_id, title, company in on.fetchall() if matcher.wanted(title, company)}


def _rematch_postings(on: "cursor", board: str, matcher: Matcher) -> None:
    on.execute("SELECT id, title, company FROM posting WHERE board = %s", (board,))
    rows = [
        (posting_id, track, list(words))
        for posting_id, title, company in on.fetchall()
        for track, words in matcher.match(title, company).tracks.items()
    ]
    on.execute("DELETE FROM posting_track USING posting WHERE posting_id = id AND board = %s", (board,))
    execute_values(on, "INSERT INTO posting_track (posting_id, track, words) VALUES %s", rows)
