"""A look at every part, said for whoever asks "is all well?": what is wrong, what is worth knowing, what is well."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from jobdb.boards import BOARDS
from mailer_cli.config import MailSettings
from mailer_cli.delivery import DELIVERIES
from mailer_cli.health import House
from mailer_cli.refusals import refusals_problem
from mailer_cli.screen import count, when
from mailer_cli.slots import last_slot, next_slot
from mailer_cli.store import forms, incidents, watching
from mailer_cli.watching import Finding

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

State = Literal["ok", "look", "WRONG"]
APART = timedelta(seconds=30)  # that this machine's clock and the database's may differ
BRIEF = Config(retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=5, read_timeout=10)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the part, how it stands, and the words."""

    part: str
    state: State
    words: str


@dataclass(frozen=True, slots=True)
class Doctor:
    """Who asks, with an open cursor; nothing is changed and nothing is sent."""

    on: "cursor"
    settings: MailSettings
    house: House
    now: datetime

    def lines(self) -> Iterator[Line]:
        """Yield every part's lines."""
        findings = self.house.findings(self.on, self.now)
        yield self._database()
        yield from self._boards(findings)
        yield from self._mailing(findings)
        yield from self._schedule(findings)
        yield from _of(findings, "unknown mails", ("unknown",)) or [Line("unknown mails", "ok", "none")]
        yield from _of(findings, "harm", ("bounces", "complaints")) or [self._harm()]
        yield self._refusals()
        yield from self._events()
        yield from self._way_out()
        yield from _of(findings, "disk", ("disk",)) or [Line("disk", "ok", "enough room")]
        yield self._alerts()

    def _database(self) -> Line:
        server = self.on.connection.server_version
        apart = abs(watching.server_time(self.on) - datetime.now(UTC))  # a fixed JOB_CLOCK is no clock that is wrong
        if apart > APART:
            return Line("clock", "WRONG", f"this machine's and the database's are {apart.total_seconds():.0f} s apart")
        words = f"PostgreSQL {server // 10000}.{server % 10000}, its schema is this program's"
        return Line("database", "ok", f"{words}; the clocks agree")

    def _boards(self, findings: list[Finding]) -> Iterator[Line]:
        wrong = {each.subject: each for each in findings if each.kind == "crawl"}
        known = {row[0]: row for row in watching.last_crawls(self.on, list(BOARDS))}
        for board in BOARDS:
            if board in wrong:
                yield Line(board, "WRONG", wrong[board].english)
            elif board in known:
                _, started_at, verdict, _ = known[board]
                yield Line(board, "ok", f"crawled {when(started_at)}: {verdict or 'it runs now'}")
            else:
                yield Line(board, "look", f"never crawled here; `scrapy crawl {board}`")

    def _mailing(self, findings: list[Finding]) -> Iterator[Line]:
        yield from _of(findings, "mailing", ("slot",))
        facts = self.house.slot(self.on, last_slot(self.now, self.settings.slots))
        following = f"next {when(next_slot(self.now, self.settings.slots))}"
        told = f"{facts.sent} of {facts.expected} mails" if facts.expected else "no mail was due"
        yield Line("mailing", "ok", f"{when(facts.slot)}: {told}; {following}")

    def _schedule(self, findings: list[Finding]) -> Iterator[Line]:
        since = watching.schedule_since(self.on)
        if since is None:
            yield Line("schedule", "look", "no scheduled job ever ran here; docs/operating.md says how to begin")
            return
        yield from _of(findings, "schedule", ("job",)) or [
            Line("schedule", "ok", f"{count(len(self.house.schedule), 'job')}, at work since {when(since)}")
        ]

    def _harm(self) -> Line:
        sent, bounced, complained = watching.harm_since(self.on, self.now - timedelta(days=30))
        return Line("harm", "ok", f"30 days: {sent} mails, {bounced} bounced for good, {complained} complained of")

    def _refusals(self) -> Line:
        if problem := refusals_problem(self.on, self.settings, self.now):
            return Line("refusals", "look", f"{problem} (the schedule reads them before each mailing)")
        latest = forms.latest_reading(self.on, "refusals")
        return Line("refusals", "ok", f"read {when(latest[0])}" if latest else "no Form is set (SHEET_ID)")

    def _events(self) -> Iterator[Line]:
        files = sorted(self.settings.events.hits.glob("*.jsonl")) if self.settings.events.hits.is_dir() else []
        if files:
            oldest = datetime.fromtimestamp(files[0].stat().st_mtime, UTC)
            late = self.now - oldest > timedelta(minutes=30)
            yield Line("events", "look" if late else "ok", f"{count(len(files), 'file')} of hits since {when(oldest)}")
        if self.settings.events.queue:
            yield _queue(self.settings)
        elif not files:
            yield Line("events", "ok", "no queue is set, no hits wait")

    def _way_out(self) -> Iterator[Line]:
        with closing(DELIVERIES[self.settings.delivery](self.settings)) as delivery:
            found = delivery.readiness(0)
        for finding in found.findings:
            yield Line(self.settings.delivery, "WRONG", finding)
        if not found.findings:
            rate = f", {found.rate:g} mails a second" if found.rate else ""
            yield Line(self.settings.delivery, "ok", f"it is ready{rate}")

    def _alerts(self) -> Line:
        if not self.settings.alerts.anybody:
            return Line("alerts", "look", "nobody is told: [alerts] to in mail.toml, ALERT_WEBHOOK_URL")
        return Line("alerts", "ok", count(len(incidents.opened(self.on)), "open incident"))


def _of(findings: list[Finding], part: str, kinds: tuple[str, ...]) -> list[Line]:
    return [Line(part, "WRONG", each.english) for each in findings if each.kind in kinds]


def _queue(settings: MailSettings) -> Line:
    """Return how many messages wait in SQS; how old they are shows in the schedule's `events`."""
    try:
        client = boto3.client("sqs", region_name=settings.ses.region, config=BRIEF)
        asked = client.get_queue_attributes(
            QueueUrl=settings.events.queue, AttributeNames=["ApproximateNumberOfMessages"]
        )
    except (BotoCoreError, ClientError) as error:
        return Line("events", "WRONG", f"the queue does not answer: {error}")
    waiting = int(asked["Attributes"]["ApproximateNumberOfMessages"])
    return Line("events", "ok", f"about {count(waiting, 'message')} in the queue")
