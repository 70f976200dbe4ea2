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
from mailer_cli.preview import mail_of

PARTS: dict[str, Literal["plain", "html"]] = {"text": "plain", "html": "html"}


@click.command(epilog="example: mailer preview LMS-0007 --html --out var/mail.html")
@click.argument("student")
@slot_option("Show the mail of this slot instead of the latest one that was planned.")
@click.option("--text", "form", flag_value="text", default="text", help="The text part (the default).")
@click.option("--html", "form", flag_value="html", help="The HTML part.")
@click.option("--eml", "form", flag_value="eml", help="The whole mail, byte for byte.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file instead of printing.")
@click.option("--open", "opens", is_flag=True, help="Open the HTML part in the browser.")
def preview(student: str, slot_words: str | None, form: str, out: Path | None, opens: bool) -> None:
    """Show the mail of STUDENT (an LMS id, a name or an address) exactly as it will be sent."""
    settings, _ = present()
    with open_database() as database, database, database.cursor() as on:
        mail = mail_of(on, student, chosen_slot(slot_words, settings), courses().tracks, settings)
    if opens:
        click.launch(
            _written(out or PROJECT / "var" / "preview" / f"{mail.delivery_id}.html", _part(mail, "html")).as_uri()
        )
    elif out:
        _written(out, _part(mail, form))
    else:
        click.echo(_part(mail, form), nl=False)


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
