"""What can be wrong with a school's job mail, judged from facts and said in words for those who mend it. Pure."""

from mailer_cli.watching.crawls import LastCrawl, crawl_findings
from mailer_cli.watching.finding import Finding
from mailer_cli.watching.jobs import LastRun, PlannedJob, job_findings
from mailer_cli.watching.mails import Harm, harm_findings, unknown_finding
from mailer_cli.watching.slot import SlotFacts, slot_finding

__all__ = [
    "Finding",
    "Harm",
    "LastCrawl",
    "LastRun",
    "PlannedJob",
    "SlotFacts",
    "crawl_findings",
    "harm_findings",
    "job_findings",
    "slot_finding",
    "unknown_finding",
]
