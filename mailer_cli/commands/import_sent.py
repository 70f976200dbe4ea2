"""`mailer import-sent`."""

from pathlib import Path

import click

from mailer_cli.commands.frame import open_database, present
from mailer_cli.sentbefore import read_sent
from mailer_cli.store import roster, sentbefore


@click.command("import-sent", epilog="example: mailer import-sent old-system.json")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--skip-unknown-courses", is_flag=True, help="Leave out courses that the roster lacks.")
def import_sent(file: Path, skip_unknown_courses: bool) -> None:
    """Remember what an earlier system sent, so that no course gets it again.

    FILE is JSON: {course: [link, …]}, {course: [{"url": link, "sent_on": day}, …]} or [{"course", "url", "date"}, …].
    A link without a day counts as sent today. One that no crawl has stored yet is remembered for when one does.
    """
    _, now = present()
    with open_database() as database, database, database.cursor() as on:
        names = {course.name for course in roster.courses(on).values()}
        found = read_sent(file, names, now.date(), skip_unknown_courses)
        new = sentbefore.write(on, [(each.course, each.url, each.sent_on, each.board, each.board_id) for each in found])
        unmatched = sentbefore.unmatched(on)
    click.echo(f"{len(found)} links read, {new} new or later")
    if shapeless := sum(each.board is None for each in found):
        click.echo(f"{shapeless} have no board's shape: known by the link alone")
    if unmatched:
        click.echo(f"{unmatched} of all remembered are no stored posting yet; a crawl that finds one knows it was sent")
