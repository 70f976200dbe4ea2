"""`mailer lint`."""

from collections.abc import Sequence

import click

from jobdb.errors import DataError
from jobdb.tracks import courses as configured
from mailer_cli import letters, screen
from mailer_cli.commands.chosen import OPEN, chosen_editions, editions_options
from mailer_cli.commands.frame import open_database, present
from mailer_cli.compose import composed, measured
from mailer_cli.config import MailSettings
from mailer_cli.errors import NotReady
from mailer_cli.lint import Finding, lint_edition
from mailer_cli.message import EditionMail


@click.command(epilog='example: mailer lint "BIGDATA 77"')
@editions_options
def lint(courses: Sequence[str], slot_words: str | None) -> None:
    """Proofread the mails of a slot's editions, of COURSE or of all courses, as `mailer send` does before it sends.

    Looks at what the law asks of an advertisement, the sender's block, links, pictures, size, subject, headers, and
    whether anything was left unfilled or out. Asks no network. Exit code 5 when it finds something.
    """
    settings, _ = present()
    tracks = configured().tracks
    with open_database() as database, database, database.cursor() as on:
        chosen = chosen_editions(on, courses, slot_words, OPEN)
        if missing := sorted({edition.course.track for edition in chosen} - tracks.keys()):
            raise DataError(f"no [tracks.{missing[0]}] in courses.toml; restore it")
        mails = [letters.edition_mail(on, edition, tracks[edition.course.track]) for edition in chosen]
    found = {mail: lint_edition(mail, settings) for mail in mails}
    screen.table(
        "proofread",
        ("course", "kind", "postings #", "in the HTML #", "bytes #", "findings #", "subject"),
        [_row(mail, findings, settings) for mail, findings in found.items()],
    )
    if lines := [str(finding) for findings in found.values() for finding in findings]:
        raise NotReady("\n".join(lines))


def _row(mail: EditionMail, findings: list[Finding], settings: MailSettings) -> tuple[object, ...]:
    many = len(mail.postings)
    if any(finding.rule == "composing" for finding in findings):
        return mail.course, mail.kind, many, "", "", len(findings), ""
    words = composed(mail, settings)
    shown = many - len(words.left_out)
    return mail.course, mail.kind, many, shown, measured(words.html), len(findings), words.subject
