"""Which account of the database may do what with which table. A migration that makes a table adds its row here."""

from dataclasses import dataclass

ALL = ("*",)


@dataclass(frozen=True, slots=True)
class Rights:
    """What the crawler and the mailer may do, in psql's letters: r read, a add, w change, d delete.

    `seen` are the columns that the reader may read: ALL, or some by name where others tell who somebody is.
    """

    crawler: str
    mailer: str
    seen: tuple[str, ...] = ALL


POSTINGS = {
    "sighting": Rights("rawd", "r"),
    "posting": Rights("raw", "r"),
    "posting_track": Rights("rawd", "r"),
    "crawl": Rights("raw", "r"),
    "link_check": Rights("rad", "r"),
    "cluster_key": Rights("rad", "r"),
    "cluster_verdict": Rights("rawd", "r"),
    "api_call": Rights("rawd", "r"),
}
PEOPLE = {
    "course": Rights("", "raw"),
    "student": Rights("", "raw", ("id", "course_id", "status", "mail_on", "updated_at", "missing_since")),
    "roster_import": Rights("", "ra"),
    "suppression": Rights("", "raw", ("id", "reason", "since", "until", "lifted_at")),  # never deleted: it is lifted
    "refusal": Rights("", "ra", ("answered_at", "first_read_at")),
    "refusals_override": Rights("", "ra"),
    "form_reading": Rights("", "ra"),
    "form_quarantine": Rights("", "raw", ("id", "form", "problem", "first_read_at", "settled_at", "settled_how")),
    "feedback": Rights("", "ra"),
}
MAILINGS = {
    "edition": Rights("", "raw"),
    "edition_posting": Rights("r", "rad"),  # `scrapy crawl recheck -a edition=…` asks which postings were chosen
    "edition_passed": Rights("", "rad"),
    "market": Rights("", "rad"),
    "market_passed": Rights("", "rad"),
    "approval": Rights("", "ra"),
    "sent_before": Rights("", "rawd"),
    "delivery": Rights(
        "",
        "rawd",
        (
            "id", "edition_id", "student_id", "domain", "state", "reason", "message_id", "attempts", "next_try_at",
            "updated_at",
        ),
    ),
    "delivery_move": Rights("", "r"),
    "attempt": Rights(
        "", "raw", ("id", "delivery_id", "sender_id", "route", "started_at", "ended_at", "outcome", "message_id")
    ),
    "sender": Rights("", "raw"),
    "sending_rate": Rights("", "raw"),
    "home": Rights("", "raw"),
    "mail_event": Rights("", "raw"),
    "unread_event": Rights("", "rad", ("id", "problem", "received_at")),
}  # fmt: skip
RUNNING = {
    "job_run": Rights("raw", "rawd"),
    "incident": Rights("", "raw"),
    "_yoyo_migration": Rights("r", "r"),  # every program asks whether the schema is its own
    "_yoyo_log": Rights("", "r", ()),
    "_yoyo_version": Rights("", "r", ()),
    "yoyo_lock": Rights("", "r", ()),  # pg_dump reads all three
}
RIGHTS = POSTINGS | PEOPLE | MAILINGS | RUNNING
