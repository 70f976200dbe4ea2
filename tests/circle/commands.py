"""Every command of `mailer`, as a manager may call it without --reveal once mails went out and came back."""

from collections.abc import Iterator
from pathlib import Path

import click

from mailer_cli.cli import mailer

Words = tuple[str, ...]

SHOWS_A_MAIL = "preview"  # it prints what one student gets, to whoever asks for that student's mail
SERVES = {"serve-tracking"}  # asked by tests.circle.endpoints


def leaves(command: click.Command = mailer, names: Words = ()) -> Iterator[str]:
    """The names of all commands."""
    if not isinstance(command, click.Group):
        yield " ".join(names)
        return
    if command.invoke_without_command:
        yield " ".join(names)
    for name, below in command.commands.items():
        yield from leaves(below, (*names, name))


def calls(folder: Path, student: dict[str, str], posting: str) -> dict[str, list[Words]]:
    """Command -> the ways to call it, in an order in which each has something to say."""
    course, lms_id, address = student["course"], student["lms_id"], student["email"]
    roster, answers, sent = (str(folder / name) for name in ("roster.csv", "answers.csv", "sent.csv"))
    wrong = str(folder / "wrong.csv")
    return {
        "status": [(), ("--json",), ("--students",), ("--students", "--json")],
        "stats": [(), ("--json",), ("--csv",), ("--by", "domain"), ("--by", "edition", "--csv"),
                  ("--by", "board", "--json"), ("--html", str(folder / "stats.html"))],
        "stats postings": [(), ("--by", "word", "--csv"), ("--by", "link", "--json")],
        "stats tracing": [()],
        "events pull": [("--wait", "1")],
        "events ingest": [(str(folder / "notices.jsonl"),), (str(folder / "stray.jsonl"), "--json")],
        "events unmatched": [(), ("--json",)],
        "events unread": [(), ("--json",)],
        "unknown list": [(), ("--json",)],
        "unknown resolve": [("ffffffff", "accepted", "--why", f"told by {address}")],
        "who": [(), ("--json",), ("--on", "2024-12-03", "--course", course)],
        "why": [(lms_id,), (lms_id, "--json"), (lms_id, posting), (address,)],
        "roster diff": [(roster,), (wrong,), (str(folder / "moved.csv"),)],
        "roster import": [(wrong,), (roster, "--dry-run"), (str(folder / "moved.csv"), "--confirm-mass-change")],
        "roster export-status": [("--out", str(folder / "status.csv"))],
        "refusals import": [(answers,)],
        "refusals pull": [()],
        "refusals quarantine": [()],
        "refusals settle": [("1", "--address", address), ("2", "--nobody", "nobody is called so")],
        "feedback import": [(answers,)],
        "feedback pull": [()],
        "suppress add": [(address, "--why", "asked by telephone")],
        "suppress list": [(), ("--all", "--json")],
        "suppress lift": [(address, "--why", "consented anew"), (address, "--why", "again")],
        "import-sent": [(sent,)],
        "plan": [("--slot", "2024-12-06")],
        "check": [()],
        "kind": [("ad", course), ("service", course)],
        "lint": [(), (course,)],
        "approve": [("--all",)],
        "pause": [(course, "--why", "the survey's link is wrong")],
        "resume": [(course,)],
        "cancel": [(course, "--why", "called off")],
        "send": [("--early", "--dry-run"), ("--early", "--json"), ("--late", "at last")],
        "recover": [(), ("--adopt", "the disk failed")],
        "doctor": [(), ("--json",)],
        "watch": [(), ("--json",)],
        "metrics": [()],
        "backup new-key": [(str(folder / "key"),)],
        "backup run": [("--without-people",)],
        "backup list": [("--local",), ("--local", "--json")],
        "backup verify": [("--local",)],
        "backup restore-test": [("--local",)],
        "backup restore": [("--local", "--without-people")],
        "prune": [()],
    }  # fmt: skip
