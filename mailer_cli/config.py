"""The mailer's settings: config/mail.toml and the environment, read once, typed, and checked against each other."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jobdb.errors import SettingError
from jobdb.secret import secret
from jobdb.tracks import config_dir
from jobdb.transport import may_be_plain
from mailer_cli.alertsettings import AlertSettings, read_alerts
from mailer_cli.events.settings import EventSettings, read_events
from mailer_cli.forms.settings import FormSettings, read_forms
from mailer_cli.rulesettings import LawSettings, TrackingSettings, read_law, read_tracking
from mailer_cli.settingstable import SettingsTable, read_tables

PROJECT = Path(__file__).resolve().parent.parent
WAYS = ("outbox", "smtp", "ses")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Slots:
    """When mailings go out: weekdays (Monday is 0) at an hour, in KST."""

    weekdays: tuple[int, ...]
    hour: int


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """A mail relay; without a username there is no login."""

    host: str
    port: int
    starttls: bool
    username: str
    password: str = field(repr=False)
    rate: int = 10  # mails a second, of all senders together


@dataclass(frozen=True, slots=True)
class SesSettings:
    """Amazon SES: its region, the configuration set that tracks, and the identity of the route without one."""

    region: str
    configuration_set: str
    chunjae_sender: str
    rate: int = 14  # mails a second, of all senders together; SES's own limit may be lower


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Everything of the mailer that an operator sets; paths are absolute."""

    school: str
    sender_name: str
    sender_address: str
    reply_to: str
    postal_address: str
    phone: str
    survey_url: str
    unsubscribe_url: str
    logo_url: str
    templates: Path
    delivery: str  # one of WAYS
    outbox: Path
    smtp: SmtpSettings
    ses: SesSettings
    chunjae_domains: tuple[str, ...]
    slots: Slots
    memory_months: int = 2
    per_company: int = 2
    closes_within_hours: int = 12
    checked_within_hours: int = 3
    late_after_hours: int = 3
    at_once: int = 8  # mails of one `mailer send` that are on their way at the same time
    more_url: str = ""  # where "더 보기" leads; empty: nowhere
    tracking: TrackingSettings = field(default_factory=TrackingSettings)
    law: LawSettings = field(default_factory=LawSettings)
    forms: FormSettings = field(default_factory=FormSettings)
    events: EventSettings = field(default_factory=EventSettings)
    alerts: AlertSettings = field(default_factory=AlertSettings)
    approval: bool = False  # of every track; a track of courses.toml may ask for it alone
    outbox_note: str = ""  # stands on the outbox's page, such as that its postings are made up


def mail_settings() -> MailSettings:
    """Read config/mail.toml and the environment; SettingError names file, key and remedy."""
    return read_mail_settings(config_dir() / "mail.toml", os.environ)


def read_mail_settings(path: Path, environment: Mapping[str, str]) -> MailSettings:
    """Read one mail.toml under an environment; SettingError names file, key and remedy."""
    tables = read_tables(path)
    values = (
        _identity(path, tables)
        | _links(path, tables, environment)
        | _rules(path, tables)
        | _forms(path, tables, environment)
        | _events(path, tables, environment)
        | _alerts(path, tables, environment)
        | _timing(path, tables)
        | _delivery(path, tables, environment)
    )
    if tables:
        raise SettingError(f"{path}: [{'], ['.join(sorted(tables))}] is no table of this program; remove it")
    return MailSettings(templates=PROJECT / "templates", **values)


@contextmanager
def _table(path: Path, tables: dict[str, Any], name: str) -> Iterator[SettingsTable]:
    table = SettingsTable(path, name, tables.pop(name, None))
    yield table
    table.finish()


def _identity(path: Path, tables: dict[str, Any]) -> dict[str, Any]:
    with _table(path, tables, "school") as school, _table(path, tables, "sender") as sender:
        return {
            "school": school.text("name"),
            "postal_address": school.text("address"),
            "phone": school.text("phone"),
            "logo_url": school.link("logo_url"),
            "sender_name": sender.text("name"),
            "sender_address": sender.address("address"),
            "reply_to": sender.address("reply_to"),
        }


def _forms(path: Path, tables: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    with _table(path, tables, "forms") as forms:
        return {"forms": read_forms(forms, environment)}


def _events(path: Path, tables: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    with _table(path, tables, "events") as events:
        return {"events": read_events(events, environment, PROJECT)}


def _links(path: Path, tables: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    with _table(path, tables, "links") as links:
        return {
            "survey_url": links.link("survey"),
            "unsubscribe_url": links.link("unsubscribe"),
            "more_url": links.maybe_link("more"),
            "tracking": read_tracking(links, environment),
        }


def _alerts(path: Path, tables: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    with _table(path, tables, "alerts") as alerts:
        return {"alerts": read_alerts(alerts, environment)}


def _rules(path: Path, tables: dict[str, Any]) -> dict[str, Any]:
    with _table(path, tables, "law") as law, _table(path, tables, "approval") as approval:
        return {"law": read_law(law), "approval": approval.switch("required")}


def _timing(path: Path, tables: dict[str, Any]) -> dict[str, Any]:
    with _table(path, tables, "slots") as slots:
        days = slots.words("weekdays")
        if not days or not set(days) <= set(WEEKDAYS):
            raise slots.wrong("weekdays", f"must name some of {', '.join(WEEKDAYS)}")
        rule = Slots(tuple(sorted(WEEKDAYS.index(day) for day in days)), slots.whole("hour", 0, 23))
    with _table(path, tables, "choice") as choice:
        return {
            "slots": rule,
            "memory_months": choice.whole("memory_months", 1, 24),
            "per_company": choice.whole("per_company", 1, 20),
            "closes_within_hours": choice.whole("closes_within_hours", 0, 168),
            "checked_within_hours": choice.whole("checked_within_hours", 1, 72),
        }


def _delivery(path: Path, tables: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    with _table(path, tables, "delivery") as delivery, _table(path, tables, "routes") as routes:
        values = {
            "delivery": _way(delivery.one_of("way", WAYS), environment),
            "outbox": PROJECT / (_overridden(environment, "MAIL_OUTBOX", delivery.text("outbox"))),
            "outbox_note": environment.get("MAIL_OUTBOX_NOTE", ""),
            "late_after_hours": delivery.whole("late_after_hours", 1, 72),
            "at_once": delivery.whole("at_once", 1, 16),
            "chunjae_domains": routes.words("chunjae"),
        }
    smtp, ses = _smtp(path, tables, environment), _ses(path, tables)
    if values["delivery"] == "smtp" and smtp.username and not smtp.password:
        raise SettingError(f"{path}: [smtp] username is set and SMTP_PASSWORD is not; set it in the environment")
    if values["delivery"] == "smtp" and not smtp.starttls and not may_be_plain(smtp.host, environment):
        raise SettingError(
            f"{path}: [smtp] starttls = false sends mails and passwords to {smtp.host} in the clear; set it to true, "
            "or name the host in JOB_PLAIN_HOSTS if the network is your own"
        )
    return values | {"smtp": smtp, "ses": ses}


def _overridden(environment: Mapping[str, str], name: str, value: str) -> str:
    return environment.get(name) or value


def _way(value: str, environment: Mapping[str, str]) -> str:
    way = _overridden(environment, "MAIL_DELIVERY", value)
    if way not in WAYS:
        raise SettingError(f"MAIL_DELIVERY={way!r} in the environment; it takes one of {', '.join(WAYS)}")
    return way


def _smtp(path: Path, tables: dict[str, Any], environment: Mapping[str, str]) -> SmtpSettings:
    with _table(path, tables, "smtp") as smtp:
        return SmtpSettings(
            host=smtp.text("host"),
            port=smtp.whole("port", 1, 65535),
            starttls=smtp.switch("starttls"),
            username=smtp.maybe_text("username"),
            rate=smtp.whole("rate", 1, 1000),
            password=secret("SMTP_PASSWORD", environment),
        )


def _ses(path: Path, tables: dict[str, Any]) -> SesSettings:
    with _table(path, tables, "ses") as ses:
        return SesSettings(
            region=ses.text("region"),
            configuration_set=ses.text("configuration_set"),
            chunjae_sender=ses.address("chunjae_sender"),
            rate=ses.whole("rate", 1, 5000),
        )
