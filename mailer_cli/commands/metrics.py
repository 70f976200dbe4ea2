"""`mailer metrics`."""

import threading
from wsgiref.simple_server import WSGIServer

import click
from prometheus_client import CollectorRegistry, generate_latest, start_http_server

from jobdb import db
from jobdb.errors import SettingError
from mailer_cli.metrics import Figures


@click.command(epilog="examples: mailer metrics · mailer metrics --serve --port 9464")
@click.option("--serve", is_flag=True, help="Answer Prometheus at http://HOST:PORT/metrics until interrupted.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=9464, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
def metrics(serve: bool, host: str, port: int) -> None:
    """Print the figures of crawls, mails, jobs and incidents as Prometheus reads them, or serve them."""
    registry = CollectorRegistry()
    registry.register(Figures(db.connect))
    if not serve:
        click.echo(generate_latest(registry).decode(), nl=False)
        return
    server, thread = _listening(host, port, registry)
    click.echo(f"http://{host}:{server.server_port}/metrics")
    try:
        thread.join()
    finally:
        server.shutdown()


def _listening(host: str, port: int, registry: CollectorRegistry) -> tuple[WSGIServer, threading.Thread]:
    try:
        return start_http_server(port, host, registry)
    except OSError as error:
        raise SettingError(f"{host}:{port} cannot be listened on: {error.strerror}; choose another --port") from None
