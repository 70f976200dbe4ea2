"""`python -m sandbox.ses`: play Amazon SES on loopback until interrupted; the first line printed is the address."""

import argparse
import threading
from contextlib import suppress
from pathlib import Path

from sandbox.ses import KINDS, Account, Mishaps, Postman, SesServer

EXAMPLE = (
    "example: python -m sandbox.ses --port 8025 mail.example.com plain.example.com --misbehave 0.08, then "
    "AWS_ENDPOINT_URL_SESV2=http://127.0.0.1:8025 MAIL_DELIVERY=ses mailer send"
)


def main() -> None:
    """Serve one account."""
    options = _options()
    events = Path(options.events) if options.events and "://" not in options.events else options.events
    postman = Postman(events, options.repeat, options.lose, options.delay, options.shuffle) if events else None
    account = Account(
        dict.fromkeys(options.identities),
        rate=options.rate,
        quota=options.quota,
        mishaps=Mishaps(options.misbehave, tuple(options.kinds), options.seed) if options.misbehave else None,
        postman=postman,
        ledger=options.ledger,
    )
    with SesServer(account, options.port, latency=options.latency) as server, suppress(KeyboardInterrupt):
        print(server.endpoint, flush=True)
        threading.Event().wait()
    if postman:
        postman.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.ses", description=__doc__, epilog=EXAMPLE)
    parser.add_argument("identities", nargs="+", help="verified addresses and domains")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--rate", type=float, default=14, help="mails in any one second")
    parser.add_argument("--quota", type=int, default=50_000, help="mails in any 24 hours")
    parser.add_argument("--latency", type=float, default=0, metavar="SECONDS", help="before each answer")
    parser.add_argument("--ledger", type=Path, metavar="FILE", help="a JSON line for each mail that was taken")
    parser.add_argument("--misbehave", type=float, default=0, metavar="SHARE", help="of the sendings go wrong")
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=KINDS, help="the ways to go wrong")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--events", metavar="FILE|URL", help="where SES's events go: JSON lines, or HTTP as SNS does")
    parser.add_argument("--repeat", type=float, default=0, metavar="SHARE", help="of the events come twice")
    parser.add_argument("--lose", type=float, default=0, metavar="SHARE", help="of the events never come")
    parser.add_argument("--delay", type=float, default=0, metavar="SECONDS", help="before an event comes")
    parser.add_argument("--shuffle", type=int, default=1, metavar="N", help="any of N events that wait may come next")
    return parser.parse_args()


if __name__ == "__main__":
    main()
