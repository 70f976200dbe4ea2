"""`mailer serve-tracking`: the endpoint of logo and unsubscribing, for a school without AWS."""

import logging
import signal
import socket
import sys
from contextlib import closing
from pathlib import Path

import click

from infra.logo.endpoint import Endpoint
from infra.logo.pages import pages
from infra.picture import DEFAULT_LOGO, read_logo
from jobdb import clock
from jobdb.errors import SettingError
from mailer_cli.commands.frame import present
from mailer_cli.config import MailSettings
from mailer_cli.tracking.application import Application
from mailer_cli.tracking.listener import listening
from mailer_cli.tracking.spool import Spool

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("serve-tracking", epilog="example: mailer serve-tracking --port 8090")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8090, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--hits", type=FOLDER, help="The folder for the hits, instead of [events] hits of mail.toml.")
@click.option("--logo", type=FILE, default=DEFAULT_LOGO, help="Your own logo, a PNG; mails show it 28 px high.")
def serve_tracking(host: str, port: int, hits: Path | None, logo: Path) -> None:
    """Serve the logo that counts openings and the page that unsubscribes, until interrupted.

    [links] tracking of mail.toml must lead here, through a web server that speaks TLS. The hits go to files that
    `mailer events pull` reads. Nothing of a reader's address is kept or logged.
    """
    from mailer_cli.tracking.server import serve  # a web server, which other commands need not wait for

    settings, _ = present()
    picture = read_logo(logo)
    with closing(Spool(hits or settings.events.hits)) as spool, closing(_listening(host, port)) as listener:
        application = Application(_endpoint(settings, picture, spool), clock.now)
        click.echo(f"http://{_written(host)}:{listener.getsockname()[1]}")
        _begin_log()

        def now_and_then() -> None:
            application.tell()
            spool.finish()

        serve(application, listener, now_and_then)


def _begin_log() -> None:
    """Log to stderr, and take SIGTERM for a good end: uvicorn gives it on when the last request is served."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def _endpoint(settings: MailSettings, logo: bytes, spool: Spool) -> Endpoint:
    if not settings.tracking.url:
        raise SettingError(
            "config/mail.toml: [links] tracking is empty, so no mail leads here; set it to this server's https address"
        )
    return Endpoint(settings.tracking.keys, logo, pages(settings.school, settings.unsubscribe_url), spool.keep)


def _listening(host: str, port: int) -> socket.socket:
    try:
        return listening(host, port)
    except OSError as error:
        reason = str(error.strerror).partition(" (while")[0]  # Python adds the address, which is said already
        raise SettingError(f"{host}:{port}: {reason}; give another --host or --port") from error


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host
