"""`mailer events`: pull, ingest, unmatched, unread."""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

import click

from jobdb import clock
from mailer_cli import screen
from mailer_cli.commands.frame import open_database, present
from mailer_cli.config import MailSettings
from mailer_cli.delivery.contract import masked
from mailer_cli.listening import Listener
from mailer_cli.messages import Batch, Queue, lines_of, spooled
from mailer_cli.report import tally, words
from mailer_cli.store import events as stored
from mailer_cli.taken import Taken

EVERY = 10_000  # messages between two lines of progress
NAMED = 20  # addresses of the summary
FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="For programs: the same as JSON.")
MOST = click.option("--most", default=50, show_default=True, type=click.IntRange(1, 10_000), help="Show so many.")


@click.group(epilog="example: mailer events pull")
def events() -> None:
    """Read what came back of the mails: SES's notices, and the hits on the tracking endpoint.

    Reading the same again, or in another order, changes nothing.
    """


@events.command(epilog="examples: mailer events pull · mailer events pull --follow --wait 20")
@click.option("--wait", default=2, show_default=True, type=click.IntRange(1, 20), help="Seconds to ask an empty queue.")
@click.option("--follow", is_flag=True, help="Go on for ever; end it with Ctrl-C.")
@AS_JSON
def pull(wait: int, follow: bool, as_json: bool) -> None:
    """Read the queue and the tracking server's folder until both are empty.

    What cannot be read is kept, warned of, and is no failure: the rest was taken.
    """
    settings, _ = present()
    _tell(_take(settings, _sources(settings, wait, follow=follow)), as_json)


@events.command(epilog="examples: mailer events ingest events.jsonl · zcat events.jsonl.gz | mailer events ingest -")
@click.argument("file", type=FILE)
@AS_JSON
@click.pass_context
def ingest(context: click.Context, file: str, as_json: bool) -> None:
    """Read FILE, a message a line (-: the standard input); exit code 3 when some could not be read."""
    settings, _ = present()
    taken = _take(settings, lines_of(file))
    _tell(taken, as_json)
    if taken.unreadable:
        context.exit(3)


@events.command(epilog="example: mailer events unmatched --most 200")
@MOST
@AS_JSON
def unmatched(most: int, as_json: bool) -> None:
    """List the events that belong to no mail of ours, the latest first."""
    with open_database() as database, database, database.cursor() as on:
        total, rows = stored.unmatched(on, most)
    columns = ("event", "source", "at", "received", "provider's id", "detail")
    cells = [
        (row["kind"], row["source"], screen.when(row["occurred_at"]), screen.when(row["received_at"]),
         row["message_id"], ", ".join(f"{name} {value}" for name, value in row["detail"].items()))
        for row in rows
    ]  # fmt: skip
    _list(f"{screen.count(total, 'event')} of no mail of ours", columns, cells, total, rows, as_json)


@events.command(epilog="example: mailer events unread --json")
@MOST
@AS_JSON
def unread(most: int, as_json: bool) -> None:
    """List the messages that could not be read, the latest first; addresses are masked."""
    with open_database() as database, database, database.cursor() as on:
        total, rows = stored.unread(on, most)
    columns = ("id #", "received", "problem", "message")
    cells = [(row["id"], screen.when(row["received_at"]), row["problem"], row["body"][:200]) for row in rows]
    _list(f"{screen.count(total, 'message')} could not be read", columns, cells, total, rows, as_json)


def _sources(settings: MailSettings, wait: int, *, follow: bool) -> Iterator[Batch]:
    """Yield the folder's hits, then the queue's messages; following, the folder is looked at in between."""
    yield from spooled(settings.events.hits)
    if not settings.events.queue:
        click.echo("no queue is set ([events] queue of mail.toml): only the folder of hits is read", err=True)
        return
    with closing(Queue(settings)) as queue:
        for batch in queue.batches(wait, follow=follow):
            yield batch
            yield from spooled(settings.events.hits) if follow else ()
        if queue.left:
            click.echo(f"{screen.count(queue.left, 'message')} stayed in the queue and will be told again", err=True)


def _take(settings: MailSettings, batches: Iterable[Batch]) -> Taken:
    with open_database() as database:
        listener = Listener(database, settings)
        taken = listener.catch_up(clock.now())
        told = EVERY
        for batch in batches:
            taken.add(listener.take(batch.bodies, clock.now()))
            batch.done()
            if taken.received >= told:
                told = taken.received + EVERY
                click.echo(f"{taken.received:,} messages read, {taken.new.total():,} new events", err=True)
    return taken


def _tell(taken: Taken, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_plain(taken), ensure_ascii=False, indent=2))
    else:
        for line in _lines(taken):
            click.echo(line)
    if taken.unreadable:
        told = f"{screen.count(taken.unreadable, 'message')} could not be read and "
        told += "is kept" if taken.unreadable == 1 else "are kept"
        click.echo(f"warning: {told}: `mailer events unread`", err=True)


def _lines(taken: Taken) -> Iterator[str]:
    counts = {"new": taken.new.total(), "told before": taken.repeated, "unreadable": taken.unreadable}
    counts |= {"without meaning": taken.ignored.total()}
    told = ", ".join(f"{number:,} {name}" for name, number in counts.items() if number or name == "new")
    yield f"{screen.count(taken.received, 'message')} read: {told}"
    if taken.new:
        yield f"  events: {tally(taken.new)}"
    if taken.unmatched:
        yield f"  {taken.unmatched:,} of no mail of ours: `mailer events unmatched`"
    if taken.ignored:
        yield f"  without meaning: {tally(taken.ignored)}"
    if taken.accepted:
        yield f"  {screen.count(taken.accepted, 'mail')} proven to have gone"
    if taken.suppressed:
        named = [f"{masked(address)} ({words(reason)})" for address, reason in taken.suppressed[:NAMED]]
        more = f" and {len(taken.suppressed) - NAMED:,} more" if len(taken.suppressed) > NAMED else ""
        yield f"  not to be mailed again: {', '.join(named)}{more}"
    yield from (f"  the breaker tripped: {cause}; `mailer resume` lets the rest go" for cause in taken.tripped)


def _plain(taken: Taken) -> dict[str, Any]:
    return {
        "received": taken.received,
        "new": taken.new.total(),
        "events": dict(taken.new),
        "repeated": taken.repeated,
        "unmatched": taken.unmatched,
        "unreadable": taken.unreadable,
        "ignored": dict(taken.ignored),
        "accepted": taken.accepted,
        "suppressed": [{"address": masked(address), "reason": reason} for address, reason in taken.suppressed],
        "tripped": taken.tripped,
    }


def _list(
    title: str, columns: tuple[str, ...], cells: list[tuple[Any, ...]], total: int, rows: Any, as_json: bool
) -> None:
    if as_json:
        click.echo(json.dumps({"total": total, "latest": rows}, ensure_ascii=False, indent=2, default=str))
    elif total:
        screen.table(title, columns, cells)
    else:
        click.echo(title)
