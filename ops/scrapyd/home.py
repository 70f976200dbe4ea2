"""Scrapyd's folder: its configuration with the password in it, and what its crawls are told."""

import configparser
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from jobdb.errors import SettingError
from jobdb.secret import secret
from ops.steps import ROOT

TEMPLATE = ROOT / "ops" / "scrapyd.conf"
HOME = ROOT / "var" / "scrapyd"
PORT = 6800


def prepare(home: Path, host: str, port: int) -> None:
    """Write what Scrapyd reads in its folder; only its own account may read the configuration.

    The empty scrapy.cfg keeps Scrapyd from finding the one of a folder above, which would give it a second project.
    """
    home.mkdir(parents=True, exist_ok=True)
    (home / "scrapy.cfg").touch()
    parser = configparser.RawConfigParser()
    parser.read(TEMPLATE, encoding="utf-8")
    word = password(home)
    if "%" in word:
        raise SettingError("SCRAPYD_PASSWORD holds a %, which Scrapyd's configuration does not take; choose another")
    parser.read_dict({"scrapyd": {"bind_address": host, "http_port": str(port), "password": word}})
    path = home / "scrapyd.conf"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        parser.write(file)


def password(home: Path = HOME, environment: Mapping[str, str] = os.environ) -> str:
    """Return SCRAPYD_PASSWORD (or what SCRAPYD_PASSWORD_FILE holds), else the one of the home, which is made once."""
    if given := secret("SCRAPYD_PASSWORD", environment):
        return given
    path = home / "password"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24))
    return secret("SCRAPYD_PASSWORD", {"SCRAPYD_PASSWORD_FILE": str(path)})


def username() -> str:
    """Return the name that goes with the password."""
    parser = configparser.RawConfigParser()
    parser.read(TEMPLATE, encoding="utf-8")
    return parser["scrapyd"]["username"]


def told(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of Scrapyd and its crawls: an egg has no folders beside it, so all are named.

    Crawls read what strangers wrote and need neither the password nor the mailer's secrets.
    """
    left = {name: value for name, value in environment.items() if not name.startswith(NOT_THEIRS)}
    named = {"JOB_CONFIG_DIR": ROOT / "config", "JOBSPIDER_KEPT_PAGES": ROOT / "var" / "kept-pages"}
    if not (secret("DATABASE_URL") or secret("JOBSPIDER_DATABASE_URL")):
        named["JOB_POSTGRES_HOME"] = ROOT / "var" / "postgres"
    return left | {name: str((ROOT / left.get(name, path)).resolve()) for name, path in named.items()}


NOT_THEIRS = ("SCRAPYD_", "SMTP_", "MAIL_", "AWS_", "LMS_", "GOOGLE_", "SHEET_", "FEEDBACK_", "ALERT_", "PYTHONPATH")
