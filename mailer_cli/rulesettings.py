"""What a mailing must obey: the law on advertising, signed links, approval; tables of config/mail.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from jobdb.errors import SettingError
from jobdb.secret import secret
from mailer_cli.settingstable import SettingsTable
from mailer_cli.tokens import Keys, key_ring

Kind = Literal["service", "ad"]


@dataclass(frozen=True, slots=True)
class LawSettings:
    """What makes an edition an advertisement (정보통신망법 제50조), and where consent to advertising is kept."""

    consent: str = ""  # empty: nobody consented, and no advertisement goes out
    sponsors: tuple[str, ...] = ()  # companies that pay for their postings
    own_courses: tuple[str, ...] = ()  # words that promote the school's own courses


@dataclass(frozen=True, slots=True)
class TrackingSettings:
    """The endpoint of signed links, without a slash at its end, and their keys; an empty URL means no such links."""

    url: str = ""
    keys: Keys = field(default=(), repr=False)


def read_law(law: SettingsTable) -> LawSettings:
    """Read [law]."""
    return LawSettings(law.maybe_text("consent"), law.words("sponsors"), law.words("own_courses"))


def read_tracking(links: SettingsTable, environment: Mapping[str, str]) -> TrackingSettings:
    """Read `tracking` of [links] and the keys of MAIL_TOKEN_KEYS; SettingError when one lacks the other."""
    url = links.maybe_link("tracking").rstrip("/")
    if not url:
        return TrackingSettings()
    if not url.startswith("https://"):
        raise links.wrong("tracking", "must begin with https://: one-click unsubscribe takes no other (RFC 8058)")
    try:
        return TrackingSettings(url, key_ring(secret("MAIL_TOKEN_KEYS", environment)))
    except ValueError as error:
        raise SettingError(
            f"{links.path}: [links] tracking is set, and in MAIL_TOKEN_KEYS {error}; make one with "
            "`python -c 'import secrets; print(secrets.token_hex(32))'`"
        ) from None
