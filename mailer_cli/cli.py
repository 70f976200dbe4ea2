"""The `mailer` program: one command for each step of a mailing."""

import click

from jobdb import logs
from jobdb.transport import refuse_plain_endpoints
from mailer_cli.commands.approve import approve
from mailer_cli.commands.backup import backup
from mailer_cli.commands.check import check
from mailer_cli.commands.doctor import doctor
from mailer_cli.commands.events import events
from mailer_cli.commands.feedback import feedback
from mailer_cli.commands.frame import Commands
from mailer_cli.commands.hold import cancel, pause, resume
from mailer_cli.commands.import_sent import import_sent
from mailer_cli.commands.kind import kind
from mailer_cli.commands.lint import lint
from mailer_cli.commands.metrics import metrics
from mailer_cli.commands.plan import plan
from mailer_cli.commands.preview import preview
from mailer_cli.commands.prune import prune
from mailer_cli.commands.recover import recover
from mailer_cli.commands.refusals import refusals
from mailer_cli.commands.roster import roster
from mailer_cli.commands.send import send
from mailer_cli.commands.serve_tracking import serve_tracking
from mailer_cli.commands.stats import stats
from mailer_cli.commands.status import status
from mailer_cli.commands.suppress import suppress
from mailer_cli.commands.unknown import unknown
from mailer_cli.commands.watch import watch
from mailer_cli.commands.who import who
from mailer_cli.commands.why import why

EXAMPLE = "example: mailer roster import roster.csv, then mailer plan, mailer check, mailer send, mailer status"


@click.group(cls=Commands, epilog=EXAMPLE, context_settings={"help_option_names": ["-h", "--help"]})
def mailer() -> None:
    """Send each course the job postings that fit it: roster → plan → check → preview → send → status.

    Exit codes: 0 done, 2 a wrong command, setting or server, 3 a person must look at the data, 4 the
    quota or the breaker, 5 the preflight or the linter, 6 some mails are unknown, 130 interrupted.
    """
    logs.begin("mailer")
    refuse_plain_endpoints()


for command in (
    roster,
    plan,
    check,
    preview,
    lint,
    kind,
    approve,
    send,
    status,
    stats,
    unknown,
    recover,
    pause,
    resume,
    cancel,
    events,
    refusals,
    feedback,
    suppress,
    who,
    why,
    import_sent,
    doctor,
    watch,
    metrics,
    serve_tracking,
    backup,
    prune,
):
    mailer.add_command(command)


def main() -> None:
    """Run the program; it exits with the command's code."""
    mailer(prog_name="mailer")
