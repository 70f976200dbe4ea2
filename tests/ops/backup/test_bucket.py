"""Backups in S3, on a server of moto's: whole with a manifest, nothing without one, and each failure in a line."""

import json
from dataclasses import replace
from urllib.request import urlopen

import boto3
import pytest
from moto.server import ThreadedMotoServer

from ops.backup import bucket as buckets
from ops.backup.bucket import Bucket
from ops.backup.files import silently, written
from ops.backup.folder import Folder
from ops.backup.settings import BackupError
from tests.ops.backup.backups import Backups
from tests.ops.backup.test_manifest import WHOLE

NAME = "school-backup"
WITHOUT_PEOPLE = ("postings.dump", "code.tar.gz", "settings.tar.gz", "manifest.json")


class S3:
    """A server, and what lies in its bucket."""

    def __init__(self, server: ThreadedMotoServer) -> None:
        self.server = server
        self.client = boto3.client("s3", region_name="ap-northeast-2")
        where = {"LocationConstraint": "ap-northeast-2"}
        self.client.create_bucket(Bucket=NAME, CreateBucketConfiguration=where)

    def names(self) -> list[str]:
        return [found["Key"] for found in self.client.list_objects_v2(Bucket=NAME).get("Contents", ())]

    def deny(self, action: str) -> None:
        rule = {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": f"arn:aws:s3:::{NAME}/*"}
        self.client.put_bucket_policy(Bucket=NAME, Policy=json.dumps({"Version": "2012-10-17", "Statement": [rule]}))


@pytest.fixture
def s3(monkeypatch):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    urlopen(f"{endpoint}/moto-api/reset", data=b"").close()  # what it keeps is the process's, and lives on
    for name, value in {
        "AWS_ENDPOINT_URL_S3": endpoint, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "invented", "AWS_EC2_METADATA_DISABLED": "true",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setattr(buckets, "PATIENT", buckets.PATIENT.merge(buckets.Config(retries={"total_max_attempts": 1})))
    found = S3(server)
    yield found
    found.client.close()
    server.stop()


@pytest.fixture
def in_s3(backups: Backups, s3: S3) -> Backups:
    backups.monkeypatch.setenv("BACKUP_BUCKET", NAME)
    return backups


@pytest.fixture
def finished(tmp_path):
    """A finished backup's folder and manifest, with a file of 17 MB."""
    folder = Folder(tmp_path)
    with folder.begun(WHOLE.place) as part:
        files = (
            written(part / "postings.dump", lambda into: into.write(b"x" * 17_000_000), silently),
            written(part / "code.tar.gz", lambda into: into.write(b"y"), silently),
        )
        manifest = replace(WHOLE, files=files)
        return folder.finish(part, manifest), manifest


def test_a_backup_goes_to_s3_and_comes_back_from_there(in_s3: Backups, s3: S3):
    told = in_s3("run").output
    (folder,) = in_s3.made()
    below = f"job-mail/2026/W47/{folder.name}"
    assert f"kept in s3://{NAME}/{below}" in told
    assert sorted(s3.names()) == sorted(f"{below}/{path.name}" for path in folder.iterdir())
    for path in folder.iterdir():
        kept = s3.client.head_object(Bucket=NAME, Key=f"{below}/{path.name}", ChecksumMode="ENABLED")
        assert kept["ServerSideEncryption"] == "AES256"
        assert kept["ChecksumSHA256"]
        path.unlink()
    folder.rmdir()

    (listed,) = json.loads(in_s3("list", "--json").stdout)
    assert listed["name"] == folder.name
    assert json.loads(in_s3("list", "--json", "--local").stdout) == []
    assert "is whole: 4 files" in in_s3("verify", "--identity", str(in_s3.key)).output
    assert "restored on trial" in in_s3("restore-test", folder.name, "--identity", str(in_s3.key)).output
    assert "holds no backup" in in_s3("verify", "--local", code=3).stderr


def test_what_is_lost_or_changed_in_s3_is_named(in_s3: Backups, s3: S3):
    in_s3("run")
    (dump,) = [key for key in s3.names() if key.endswith("postings.dump")]
    s3.client.put_object(Bucket=NAME, Key=dump, Body=b"")
    assert in_s3("verify", code=3).stderr.startswith("error: postings.dump has 0 bytes")
    s3.client.delete_object(Bucket=NAME, Key=dump)
    assert "postings.dump is missing" in in_s3("verify", code=3).stderr
    assert "postings.dump is missing" in in_s3("restore-test", code=3).stderr


def test_a_large_file_goes_in_pieces(s3: S3, finished):
    folder, manifest = finished
    moved = []
    bucket = Bucket(NAME, "", "ap-northeast-2")
    bucket.put(folder, manifest, lambda name, size: moved.append((name, size)))
    assert sum(size for name, size in moved if name == "postings.dump") == 17_000_000
    assert s3.client.head_object(Bucket=NAME, Key=f"{manifest.place}/postings.dump")["ETag"].endswith('-2"')
    (found,) = bucket.listing().manifests
    with bucket.fetched(found) as fetched:
        assert (fetched / "postings.dump").read_bytes() == (folder / "postings.dump").read_bytes()
    assert not fetched.exists()


def test_prefixes_that_begin_alike_are_two_places(s3: S3, finished):
    Bucket(NAME, "job-mail-2", "ap-northeast-2").put(*finished, silently)
    assert Bucket(NAME, "job-mail", "ap-northeast-2").listing().manifests == ()
    assert len(Bucket(NAME, "/job-mail-2/", "ap-northeast-2").listing().manifests) == 1


def test_a_server_that_goes_away_in_the_middle_leaves_no_backup(s3: S3, finished):
    def leave(name: str, _size: int) -> None:
        if name == "code.tar.gz":
            raise AssertionError("the server had left before this file")
        s3.server.stop()

    bucket = Bucket(NAME, "job-mail", "ap-northeast-2")
    with pytest.raises(BackupError, match=r"s3://school-backup/job-mail could not write .*; check the network"):
        bucket.put(*finished, leave)
    s3.server.start()
    s3.client = boto3.client("s3", endpoint_url="http://{}:{}".format(*s3.server.get_host_and_port()))
    assert [key for key in s3.names() if key.endswith("manifest.json")] == []


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        ("bucket", "NoSuchBucket; make the bucket"),
        ("rights", "the AWS account may not do this; give it"),
        ("down", "check the network"),
        ("keys", "no AWS credentials"),
    ],
)
def test_each_failure_says_what_to_do_and_the_folder_s_backup_stands(in_s3: Backups, s3: S3, trouble, told):
    if trouble == "bucket":
        in_s3.monkeypatch.setenv("BACKUP_BUCKET", "no-such-bucket")
    elif trouble == "rights":
        s3.deny("s3:PutObject")
    elif trouble == "down":
        s3.server.stop()
    else:
        in_s3.monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
        in_s3.monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        in_s3.monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
        in_s3.monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    shown = in_s3("run", code=2).stderr
    assert told in shown
    assert "and nowhere else" in shown
    assert "invented" not in shown
    assert len(in_s3.made()) == 1
    assert "is whole" in in_s3("verify", "--local").output


def test_a_foreign_manifest_names_where_it_lies(in_s3: Backups, s3: S3):
    s3.client.put_object(Bucket=NAME, Key="job-mail/2026/W47/x/manifest.json", Body=b"\xff{}")
    told = in_s3("list", code=3).stderr
    assert "s3://school-backup/job-mail/2026/W47/x/manifest.json is no manifest" in told
