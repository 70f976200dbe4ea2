"""Scrapyd's HTTP API, as far as it is needed here (scrapyd.readthedocs.io/en/latest/api.html, 1.6)."""

import base64
import json
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from jobdb.errors import OperatorError, SettingError
from jobdb.transport import may_be_plain

PROJECT = "jobspider"
SECONDS = 30


class ScrapydError(OperatorError):
    """Scrapyd does not answer, or refuses what it was asked."""


@dataclass(frozen=True, slots=True)
class Client:
    """One Scrapyd. Its methods raise ScrapydError."""

    url: str
    username: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingError(f"SCRAPYD_URL={self.url!r} is no address; write it like http://127.0.0.1:6800")
        if parts.scheme == "http" and not may_be_plain(parts.hostname):
            raise SettingError(f"SCRAPYD_URL: {parts.hostname} would get the password in the clear; use https://")

    def schedule(self, spider: str, run_id: str = "") -> str:
        """Have a spider run as soon as there is room, as a part of a scheduled run; return the job's id."""
        setting = {"setting": f"JOB_RUN_ID={run_id}"} if run_id else {}
        return str(self._ask("schedule", {"project": PROJECT, "spider": spider} | setting)["jobid"])

    def state(self, job: str) -> str | None:
        """Return pending, running or finished; None for a job that Scrapyd does not know (any more)."""
        state: str | None = self._ask(f"status.json?{urlencode({'job': job})}")["currstate"]
        return state

    def cancel(self, job: str) -> None:
        """End a job in order: it is no more begun, or gets what Ctrl-C sends."""
        self._ask("cancel", {"project": PROJECT, "job": job})

    def versions(self) -> list[str]:
        """Return the versions of the egg that it keeps, the newest last."""
        versions: list[str] = self._ask(f"listversions.json?{urlencode({'project': PROJECT})}")["versions"]
        return versions

    def forget(self, version: str) -> None:
        """Delete a version of the egg."""
        self._ask("delversion", {"project": PROJECT, "version": version})

    def _ask(self, what: str, form: dict[str, str] | None = None) -> dict[str, Any]:
        address = f"{self.url.rstrip('/')}/{what if form is None else f'{what}.json'}"
        pair = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        request = Request(address, urlencode(form).encode() if form else None, {"Authorization": f"Basic {pair}"})  # noqa: S310 - the constructor looked at the scheme
        try:
            with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                said: dict[str, Any] = json.load(answer)
        except HTTPError as error:
            raise ScrapydError(f"Scrapyd at {self.url} refuses: {error.code} {error.reason}{_remedy(error)}") from None
        except (OSError, HTTPException, ValueError) as error:
            raise ScrapydError(f"Scrapyd at {self.url} does not answer: {getattr(error, 'reason', error)}") from None
        if said.get("status") != "ok":
            raise ScrapydError(f"Scrapyd at {self.url}: {str(said.get('message')).strip()}{_remedy(said)}")
        return said


def _remedy(trouble: object) -> str:
    if isinstance(trouble, HTTPError) and trouble.code == 401:
        return "; SCRAPYD_PASSWORD or its file is not that server's"
    return "; run `make deploy`" if "project" in str(trouble) and "not found" in str(trouble) else ""
