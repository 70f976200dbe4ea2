"""A manifest: where its backup lies, and what is none."""

import json
from datetime import datetime, timedelta

import pytest

from jobdb.clock import KST
from jobdb.errors import DataError
from ops.backup.files import BackupFile
from ops.backup.manifest import Manifest, as_text, named, place, read_text

WHOLE = Manifest(
    name="2026-11-22T120000-3fa9", created_at=datetime(2026, 11, 22, 12, tzinfo=KST), kind="real", commit=None,
    changed=("a",), server=180004, dumped_by=18, schema=("0001_postings",), recipients=("age1x",),
    rows={"postings.dump": {"posting": 3}}, files=(BackupFile("postings.dump", 7, "ab"),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("instant", "lies"),
    [
        ("2026-11-22T12:00+09:00", "2026/W47"),
        ("2026-11-22T14:59+00:00", "2026/W47"),
        ("2026-11-22T15:00+00:00", "2026/W48"),  # Monday in Korea
        ("2027-01-03T12:00+09:00", "2026/W53"),  # the ISO year
        ("2024-12-30T00:00+09:00", "2025/W01"),
    ],
)
def test_backups_lie_by_year_and_week_in_korea(instant, lies):
    assert place("x", datetime.fromisoformat(instant)) == f"{lies}/x"


def test_names_are_unlike_each_other_and_in_order():
    now = datetime(2026, 11, 22, 12, tzinfo=KST)
    assert named(now, "3fa9") == "2026-11-22T120000-3fa9"
    assert named(now, "ffff") < named(now + timedelta(seconds=1), "0000")


def test_a_manifest_is_read_as_it_was_written():
    assert read_text(as_text(WHOLE), "x") == WHOLE


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "../../etc"},
        {"files": [{"name": "../x", "size": 1, "sha256": ""}]},
        {"files": [{"name": "/etc/passwd", "size": 1, "sha256": ""}]},
        {"files": [{"name": "x"}]},
        {"files": None},
        {"rows": {}},
        {"created_at": "yesterday"},
        {"schema": 3},
        {"more": 1},
    ],
)
def test_what_is_no_manifest_is_refused(changes):
    with pytest.raises(DataError, match="x is no manifest of a backup"):
        read_text(json.dumps(json.loads(as_text(WHOLE)) | changes), "x")


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"format": 1}'])
def test_other_texts_are_refused(text):
    with pytest.raises(DataError, match="x is no manifest of a backup"):
        read_text(text, "x")


def test_another_version_s_manifest_is_said_to_be_one():
    with pytest.raises(DataError, match="another version"):
        read_text('{"format": 2}', "x")
