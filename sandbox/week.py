"""`python -m sandbox.week`: a made-up week after a rehearsal, as SES and the endpoint would tell of the outbox's mails.

A mail is taken for sent at its slot. A second time everything is told in the same words, and changes nothing.
"""

import argparse
import json
import random
from collections.abc import Iterator
from email import message_from_bytes
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import Any

from sandbox.readers import Visit, click, hit, visits
from sandbox.ses.account import Accepted
from sandbox.ses.events import told_of

EXAMPLE = "example: python -m sandbox.week var/outbox --out var/week.jsonl, then mailer events ingest var/week.jsonl"


FATES = ((0.01, "bounce"), (0.025, "full"), (0.03, "complaint"))  # a part of all addresses, added up


def main() -> None:
    """Write the week of an outbox's mails, a message a line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.week", description=__doc__, epilog=EXAMPLE)
    parser.add_argument("outbox", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    options = parser.parse_args()
    mails = list(taken(options.outbox))
    told = [json.dumps(each, ensure_ascii=False) for mail in mails for each in messages(mail, visits(mail))]
    options.out.write_text("".join(f"{line}\n" for line in told), encoding="utf-8")
    print(f"{len(mails)} mails had made-up readers for a week; {len(told)} messages tell of them")


def taken(outbox: Path) -> Iterator[Accepted]:
    """Yield the mails of an outbox as if SES had taken them."""
    for path in sorted(outbox.glob("edition-*/*.eml")):
        raw, row = path.read_bytes(), json.loads(path.with_suffix(".json").read_bytes())
        message = message_from_bytes(raw)
        (_, sender), (_, recipient) = parseaddr(message["From"]), parseaddr(message["To"])
        noticed = "mail_monitoring" if row["route"] == "default" else None
        name, at = f"0100{message['X-Jm-Delivery']}-000000", parsedate_to_datetime(message["Date"])
        yield Accepted(name, sender, labelled(recipient), noticed, {}, raw, at)


def labelled(address: str) -> str:
    """Return an address, or as one of the few whose mail comes back or is called spam."""
    chance = random.Random(f"week {address}").random()  # noqa: S311 (a game, no secret)
    fate = next((fate for share, fate in FATES if chance < share), "")
    return address.replace("@", f"+{fate}@") if fate else address


def messages(mail: Accepted, week: list[Visit]) -> Iterator[dict[str, Any]]:
    """Yield what is told of a mail; of one without a configuration set SES tells nothing."""
    if mail.configuration_set:
        yield from told_of(mail)
    for visit in week:
        if visit.what != "click":
            yield dict(hit(mail, visit))
        elif mail.configuration_set:
            yield click(mail, visit)


if __name__ == "__main__":
    main()
