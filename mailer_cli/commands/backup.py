"""`mailer backup`."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich import filesize
from rich.console import Console
from rich.progress import DownloadColumn, Progress, TextColumn

from jobdb import clock, db
from jobdb.errors import DataError, SettingError
from jobdb.tracks import config_dir
from jobdb.transport import secured
from mailer_cli import screen
from mailer_cli.commands.backupsettings import backup_settings
from ops.backup import choose, keys
from ops.backup.dumps import PEOPLE, POSTINGS
from ops.backup.files import Moved
from ops.backup.make import make
from ops.backup.manifest import Manifest, as_text
from ops.backup.restore import Restored, restore
from ops.backup.trial import scratch
from ops.backup.verify import findings

SHOWN = 3  # names of changed files
WHICH = click.argument("which", required=False)
EXAMPLES = "examples: mailer backup run · mailer backup restore-test --identity job-mail.key"


def local_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --local."""
    return click.option("--local", is_flag=True, help="Look in the folder though there is a bucket.")(command)


def identity_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --identity, the file with the secret key of the people's part."""
    told = "The file with the age secret key; without it the people's rows are left out."
    file = click.Path(path_type=Path, dir_okay=False)
    return click.option("--identity", type=file, metavar="FILE", help=told)(command)


@click.group(epilog=EXAMPLES)
def backup() -> None:
    """Make backups, look them over, restore them on trial, bring one home.

    A backup holds the postings, the people's rows encrypted to the keys of config/backup.toml, the code and the
    settings. WHICH is a backup's name, the beginning of one, or a folder with its files; without it, the newest.
    """


@backup.command("run", epilog="example: mailer backup run")
@click.option("--without-people", is_flag=True, help="Leave students, deliveries and refusals out.")
def run_backup(without_people: bool) -> None:
    """Make a complete backup into the folder, and a copy into the bucket if there is one."""
    settings = backup_settings()
    with _moving() as moved:
        made = make(db.url(), settings, clock.now(), without_people=without_people, moved=moved)
    _tell(made.manifest)
    for copy in made.copies:
        click.echo(f"kept in {copy}")
    if made.pruned:
        click.echo(f"removed from the folder: {', '.join(made.pruned)}")


@backup.command("list", epilog="example: mailer backup list --json")
@click.option("--json", "as_json", is_flag=True, help="For programs: the same as JSON.")
@local_option
def list_backups(as_json: bool, local: bool) -> None:
    """List the backups of the bucket, or of the folder, the newest first."""
    where = choose.place_of(backup_settings(), local)
    listing = where.listing()
    manifests = listing.manifests[::-1]
    if as_json:
        click.echo(json.dumps([_as_json(manifest) for manifest in manifests], ensure_ascii=False, indent=2))
    elif not manifests:
        click.echo(f"{where} holds no backup")
    else:
        columns = ("backup", "made", "postings", "rows #", "people's rows #", "size #", "schema")
        screen.table(str(where), columns, (_row(manifest) for manifest in manifests))
    if listing.unreadable:
        raise DataError("\n".join(listing.unreadable))


@backup.command(epilog="example: mailer backup verify 2026-11-22")
@WHICH
@identity_option
@local_option
def verify(which: str | None, identity: Path | None, local: bool) -> None:
    """Look a backup over: sizes, hashes, what the dumps list, whether the archives open. Exit code 3: it is damaged."""
    opening = keys.identities(identity) if identity else []
    with choose.chosen(which, choose.place_of(backup_settings(), local)) as (manifest, folder):
        if wrong := findings(manifest, folder, opening):
            raise DataError("\n".join(wrong))
    read = "; the people's rows were not read: --identity names the key" if manifest.has_people and not identity else ""
    click.echo(f"{manifest.name} is whole: {screen.count(len(manifest.files), 'file')}, {_size(manifest.size)}{read}")


@backup.command("restore-test", epilog="example: mailer backup restore-test --identity job-mail.key")
@WHICH
@identity_option
@local_option
@click.option("--on", "server", metavar="ADDRESS", help="A PostgreSQL to try it on; without it, the product's own.")
def restore_test(which: str | None, identity: Path | None, local: bool, server: str | None) -> None:
    """Restore a backup into a scratch database, count every table against the manifest, and drop it."""
    opening = keys.identities(identity) if identity else []
    address = secured("--on", server) if server else db.url()
    where = choose.place_of(backup_settings(), local)
    with choose.chosen(which, where) as (manifest, folder), scratch(address) as empty:
        restored = restore(manifest, folder, empty, opening)
    _tell_restored(manifest, restored, "restored on trial")


@backup.command("restore", epilog="example: JOB_POSTGRES_DATABASE=jobs2 mailer backup restore --identity job-mail.key")
@WHICH
@identity_option
@local_option
@click.option("--to", "target", metavar="ADDRESS", help="The empty database; without it, the product's own.")
@click.option("--without-people", is_flag=True, help="Go on without students, deliveries and refusals.")
def bring_home(which: str | None, identity: Path | None, local: bool, target: str | None, without_people: bool) -> None:
    """Restore a backup into an empty database. It sends no mail before `mailer recover --adopt`."""
    opening = keys.identities(identity) if identity else []
    address = secured("--to", target) if target else db.url()
    with choose.chosen(which, choose.place_of(backup_settings(), local)) as (manifest, folder):
        if manifest.has_people and not opening and not without_people:
            raise SettingError("the backup has people: --identity names their key, --without-people leaves them out")
        restored = restore(manifest, folder, address, opening)
    _tell_restored(manifest, restored, "restored")
    click.echo('next: `make migrate`, then `mailer recover --adopt "why"`; docs/backup.md has the whole way')


@backup.command("new-key", epilog="example: mailer backup new-key job-mail.key")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def new_key(file: Path) -> None:
    """Make a key for the people's part: the secret one into FILE, the public one for config/backup.toml."""
    public = keys.make_key(file, clock.now())
    click.echo(f'recipients = ["{public}"]')
    click.echo(
        f"put this line into {config_dir() / 'backup.toml'}; keep {file} away from this machine and from the backups, "
        "in two places: without it the people's part can never be read again",
        err=True,
    )


@contextmanager
def _moving() -> Iterator[Moved]:
    """Show how many bytes of each file have moved while the block runs; nothing where there is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), DownloadColumn())
    tasks: dict[str, Any] = {}
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:

        def moved(name: str, size: int) -> None:
            if name not in tasks:
                tasks[name] = shown.add_task(name, total=None)
            shown.advance(tasks[name], size)

        yield moved


def _tell(manifest: Manifest) -> None:
    rows = ((file.name, _size(file.size), _rows(manifest, file.name)) for file in manifest.files)
    screen.table(f"backup {manifest.name}", ("file", "size #", "rows #"), rows)
    code = f"revision {manifest.commit[:12]}" if manifest.commit else "the code as installed"
    kind = "no crawl yet" if manifest.kind == "none" else f"{manifest.kind} postings"
    click.echo(f"{kind}, schema {manifest.schema[-1]}, {code}")
    if changed := manifest.changed:
        named = ", ".join(changed[:SHOWN]) + (", …" if changed[SHOWN:] else "")
        click.echo(f"not in the revision: what changed in {screen.count(len(changed), 'file')} ({named})", err=True)
    if not manifest.has_people:
        click.echo("without the people: no student, delivery or refusal is in it", err=True)


def _tell_restored(manifest: Manifest, restored: Restored, how: str) -> None:
    counts = f"{screen.count(restored.tables, 'table')}, {restored.rows:,} rows, each table as the manifest counts it"
    click.echo(f"{manifest.name} {how}: {counts}; schema {manifest.schema[-1]}")
    if not restored.with_people:
        click.echo("the people were left out: no student, delivery, refusal or suppression came back", err=True)


def _row(manifest: Manifest) -> tuple[object, ...]:
    postings, people = (_rows(manifest, name) for name in (POSTINGS, PEOPLE))
    made = screen.when(manifest.created_at)
    return manifest.name, made, manifest.kind, postings, people or "left out", _size(manifest.size), manifest.schema[-1]


def _rows(manifest: Manifest, name: str) -> str:
    return f"{sum(manifest.rows[name].values()):,}" if name in manifest.rows else ""


def _as_json(manifest: Manifest) -> dict[str, Any]:
    return json.loads(as_text(manifest)) | {"place": manifest.place, "size": manifest.size}


def _size(size: int) -> str:
    return filesize.decimal(size)
