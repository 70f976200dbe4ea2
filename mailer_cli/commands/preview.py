"""`mailer preview`."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Literal

import click

from jobdb.tracks import courses
from mailer_cli.commands.frame import chosen_slot, open_database, present, slot_option
from mailer_cli.config import PROJECT
from mailer_cli.delivery import Envelope
from mailer_cli.pictures import pictures
from mailer_cli.preview import any_student, mail_of

PARTS: dict[str, Literal["plain", "html"]] = {"text": "plain", "html": "html"}
FOLDER = PROJECT / "var" / "preview"


@click.command(
    epilog='examples: mailer preview LMS-0007 --html --out var/mail.html · mailer preview --any "PM 14" --png'
)
@click.argument("student", required=False)
@click.option("--any", "course", metavar="COURSE", help="The first student who gets mail of this course.")
@slot_option("Show the mail of this slot instead of the latest one that was planned.")
@click.option("--text", "form", flag_value="text", default="text", help="The text part (the default).")
@click.option("--html", "form", flag_value="html", help="The HTML part.")
@click.option("--eml", "form", flag_value="eml", help="The whole mail, byte for byte.")
@click.option("--png", "form", flag_value="png", help="Pictures of it as phones and desktops show it, pictures off.")
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file (--png: folder) instead.")
@click.option("--open", "opens", is_flag=True, help="Open the HTML part in the browser.")
def preview(
    student: str | None, course: str | None, slot_words: str | None, form: str, out: Path | None, opens: bool
) -> None:
    """Show the mail of STUDENT (an LMS id, a name or an address) exactly as it will be sent.

    Pictures go to var/preview; they need Chromium (CHROMIUM_PATH, or on the PATH) and no network.
    """
    mail = _mail(student, course, slot_words)
    if opens:
        click.launch(_written(out or FOLDER / f"{mail.delivery_id}.html", _part(mail, "html")).as_uri())
    elif form == "png":
        for path in pictures(mail.html, out or FOLDER, mail.delivery_id):
            click.echo(str(path))
    elif out:
        _written(out, _part(mail, form))
    else:
        click.echo(_part(mail, form), nl=False)


def _mail(student: str | None, course: str | None, slot_words: str | None) -> Envelope:
    if (student is None) == (course is None):
        raise click.UsageError("name a student, or a course by --any")
    settings, _ = present()
    slot = chosen_slot(slot_words, settings)
    with open_database() as database, database, database.cursor() as on:
        meant = student or any_student(on, course or "", slot)
        return mail_of(on, meant, slot, courses().tracks, settings)


def _part(mail: Envelope, form: str) -> bytes:
    """Return the whole mail, or one part of it as a mail program would read it."""
    if form == "eml":
        return mail.message
    part = message_from_bytes(mail.message, policy=default).get_body((PARTS[form],))
    assert part
    return str(part.get_content()).replace("\r\n", "\n").encode()


def _written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    click.echo(f"written to {path}", err=True)
    return path.resolve()
