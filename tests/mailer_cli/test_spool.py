"""Hits in files: appended before the answer, finished by and by, none lost to a killed server or a full disk."""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.logo.endpoint import Endpoint, Hit, HitLost
from infra.logo.pages import pages
from jobdb.errors import SettingError
from mailer_cli.events.reading import read
from mailer_cli.messages import spooled
from mailer_cli.tokens import token
from mailer_cli.tracking.spool import MOST_HITS, Spool
from tests.infra.lambdaevents import http_api

KEY = bytes(range(32))


def hit(number: int, kind: str = "open") -> Hit:
    return {"hit": kind, "delivery": "11111111-1111-4111-8111-111111111111", "id": str(number), "at": "2026-11-24"}


def lines(folder: Path, ending: str) -> list[str]:
    """The ids of the hits in the files with an ending."""
    text = "".join(
        path.read_text() for path in sorted(folder.glob(f"*{ending}"), key=lambda path: path.stat().st_mtime)
    )
    return [json.loads(line)["id"] for line in text.splitlines()]


def endpoint(spool: Spool) -> Endpoint:
    return Endpoint((KEY,), b"", pages("학교", "https://forms.example.com"), spool.keep)


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """Let no file grow beyond a size while the block runs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("kind", ["open", "unsubscribe"])
def test_a_hit_is_in_the_file_when_it_is_kept_and_for_the_reader_when_it_is_finished(tmp_path, kind):
    spool = Spool(tmp_path)
    spool.keep(hit(1, kind))
    assert (lines(tmp_path, ".part"), lines(tmp_path, ".jsonl")) == (["1"], [])
    spool.finish()
    assert (lines(tmp_path, ".part"), lines(tmp_path, ".jsonl")) == ([], ["1"])
    spool.finish()
    assert len(list(tmp_path.glob("*.jsonl"))) == 1
    spool.keep(hit(2))
    spool.close()
    assert sorted(lines(tmp_path, ".jsonl")) == ["1", "2"]


def test_what_the_endpoint_writes_is_what_events_pull_reads(tmp_path):
    spool = Spool(tmp_path)
    for method, link, kind in (("GET", "o", "open"), ("POST", "u", "unsubscribe")):
        event = http_api(method, f"/{link}/{token(kind, hit(0)['delivery'], (KEY,))}")
        endpoint(spool).answer(event, datetime(2026, 11, 24, 8, 0, 1, 123000, tzinfo=UTC))
    spool.close()
    (batch,) = spooled(tmp_path)
    told = [read(body) for body in batch.bodies]
    assert [(event.kind, event.source, event.delivery_ids) for event in told] == [
        ("open", "endpoint", (hit(0)["delivery"],)),
        ("unsubscribe", "endpoint", (hit(0)["delivery"],)),
    ]
    assert {event.at.isoformat() for event in told} == {"2026-11-24T08:00:01.123000+00:00"}
    batch.done()
    assert not list(tmp_path.glob("*.*l"))


def test_a_file_is_finished_when_it_is_long(tmp_path):
    spool = Spool(tmp_path)
    for number in range(MOST_HITS + 1):
        spool.keep(hit(number))
    assert lines(tmp_path, ".jsonl") == [str(number) for number in range(MOST_HITS)]
    assert lines(tmp_path, ".part") == [str(MOST_HITS)]


def test_what_a_killed_server_left_is_finished_by_the_next(tmp_path):
    (tmp_path / "left.part").write_text(json.dumps(hit(7)) + "\n")
    Spool(tmp_path)
    assert lines(tmp_path, ".jsonl") == ["7"]


def test_a_folder_takes_one_server_at_a_time(tmp_path):
    first = Spool(tmp_path)
    with pytest.raises(SettingError, match="another server"):
        Spool(tmp_path)
    first.close()
    Spool(tmp_path).close()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match="file"):
        Spool(tmp_path / "file")


def test_a_full_disk_loses_the_hit_and_leaves_no_half_line(tmp_path):
    spool = Spool(tmp_path)
    spool.keep(hit(1))
    (file,) = tmp_path.glob("*.part")
    size = file.stat().st_size
    with disk_of(size + 10), pytest.raises(HitLost, match="full"):
        spool.keep(hit(2))
    assert file.stat().st_size == size
    with disk_of(size), pytest.raises(HitLost):
        spool.keep(hit(3))
    spool.keep(hit(4))
    spool.close()
    assert lines(tmp_path, ".jsonl") == ["1", "4"]
