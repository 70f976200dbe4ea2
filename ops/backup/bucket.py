"""Backups in S3, by ISO year and week: s3://<bucket>/<prefix>/2026/W47/<name>/. A lifecycle removes old ones."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore import exceptions as aws
from botocore.config import Config

from ops.backup.files import Moved
from ops.backup.manifest import MANIFEST, Listing, Manifest, as_text, read_all
from ops.backup.settings import BackupError

PIECES = TransferConfig(multipart_threshold=16 << 20, multipart_chunksize=16 << 20, max_concurrency=4)
PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=10, read_timeout=60)
# S3 checks the sum of what arrives, and keeps it; AES256 is S3's own encryption at rest.
KEPT_AS = {"ServerSideEncryption": "AES256", "ChecksumAlgorithm": "SHA256"}
NO_RIGHT = "the AWS account may not do this; give it the backup policy of infra/template.yaml"
REMEDIES = {
    "NoSuchBucket": "make the bucket (infra/template.yaml does), or mend `bucket` in config/backup.toml",
    "AccessDenied": NO_RIGHT,
    "403": NO_RIGHT,  # where an answer has no body, as those about a file's head
    "InvalidAccessKeyId": "mend AWS_ACCESS_KEY_ID",
    "SignatureDoesNotMatch": "mend AWS_SECRET_ACCESS_KEY",
}


class Bucket:
    """A place for backups; AWS_ENDPOINT_URL_S3, read by boto3, leads it to another server."""

    def __init__(self, bucket: str, prefix: str, region: str) -> None:
        self.bucket, self.prefix = bucket, prefix.strip("/")
        self._client = boto3.client("s3", region_name=region or None, config=PATIENT)

    def __str__(self) -> str:
        return f"s3://{'/'.join(filter(None, (self.bucket, self.prefix)))}"

    def listing(self) -> Listing:
        """Return all backups. Raises BackupError."""
        with self._asked("list"):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=f"{self.prefix}/".lstrip("/")
            )
            keys = [found["Key"] for page in pages for found in page.get("Contents", ())]
            return read_all(self._manifest(key) for key in keys if key.endswith(f"/{MANIFEST}"))

    @contextlib.contextmanager
    def fetched(self, manifest: Manifest) -> Iterator[Path]:
        """Lend a copy of the backup in a folder of its own. Raises BackupError."""
        with tempfile.TemporaryDirectory(prefix="backup-") as name:
            folder = Path(name)
            (folder / MANIFEST).write_text(as_text(manifest), encoding="utf-8")
            for file in manifest.files:
                with self._asked(f"read {file.name}"):
                    self._download(self._key(manifest.place, file.name), folder / file.name)
            yield folder

    def put(self, folder: Path, manifest: Manifest, moved: Moved) -> None:
        """Upload a finished backup, its manifest last. Raises BackupError; what is there then is no backup."""
        for file in manifest.files:
            with self._asked(f"write {file.name}"):
                self._client.upload_file(
                    folder / file.name, self.bucket, self._key(manifest.place, file.name),
                    ExtraArgs=KEPT_AS, Config=PIECES, Callback=_told(moved, file.name),
                )  # fmt: skip
        with self._asked(f"write {MANIFEST}"):
            text = (folder / MANIFEST).read_bytes()
            self._client.put_object(Bucket=self.bucket, Key=self._key(manifest.place, MANIFEST), Body=text, **KEPT_AS)

    def _download(self, key: str, path: Path) -> None:
        """Fetch a file; one that is not there stays missing, and whoever looks over the folder says so."""
        try:
            self._client.download_file(self.bucket, key, path)
        except aws.ClientError as error:
            if error.response["Error"].get("Code") != "404":
                raise

    def _manifest(self, key: str) -> tuple[str, bytes]:
        return f"s3://{self.bucket}/{key}", self._client.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def _key(self, *parts: str) -> str:
        return "/".join((self.prefix, *parts)).strip("/")

    @contextlib.contextmanager
    def _asked(self, deed: str) -> Iterator[None]:
        try:
            yield
        except (Boto3Error, aws.ClientError, aws.BotoCoreError) as error:
            raise BackupError(f"{self} could not {deed}: {_reason(error)}") from None


def _told(moved: Moved, name: str) -> Callable[[int], None]:
    return lambda size: moved(name, size)


def _reason(error: Any) -> str:
    """Return what S3 said and the remedy; boto3 hands its client's error on as the cause or context of its own."""
    told = error if isinstance(error, aws.ClientError) else error.__context__
    if isinstance(told, aws.ClientError):
        code = told.response["Error"].get("Code", "")
        return f"{code}; {REMEDIES.get(code, 'look at the bucket in the AWS console')}"
    if isinstance(error, aws.NoCredentialsError):
        return "no AWS credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    return f"{error}; check the network and AWS_ENDPOINT_URL_S3"
