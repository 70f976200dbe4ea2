"""Mails that nobody can tell of, and the harm that puts an SES account at risk."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailer_cli.watching.finding import Finding

# SES keeps an account under review at 5 % bounces or 0.1 % complaints; these come before it.
BOUNCES, BOUNCE_SHARE = 5, 0.04
COMPLAINTS, COMPLAINT_SHARE = 2, 0.0008
UNKNOWN_REMEDY = (
    "`mailer unknown list`로 확인하고 `mailer unknown resolve`로 정리해 주세요. 그 전에는 다시 보내지 않습니다."
)
HARM_REMEDY = "반송 5%, 신고 0.1%에 이르면 Amazon이 발송을 막을 수 있습니다. 명단의 주소와 수신 동의를 확인해 주세요."


@dataclass(frozen=True, slots=True)
class Harm:
    """The mails that were sent lately, and how many of them bounced for good or were complained of."""

    sent: int
    bounced: int
    complained: int
    days: int


def unknown_finding(count: int) -> Finding | None:
    """Return that mails wait for somebody to say whether they went, or None."""
    if not count:
        return None
    return Finding(
        "unknown",
        "mails",
        f"of {count} mails nobody can tell whether they went; `mailer unknown list`",
        f"발송 여부를 알 수 없는 메일이 {count}통 있습니다",
        UNKNOWN_REMEDY,
    )


def harm_findings(harm: Harm) -> Iterator[Finding]:
    """Yield bounces and complaints that are near the lines of SES; a few of few mails prove nothing."""
    cases = (
        ("bounces", harm.bounced, BOUNCES, BOUNCE_SHARE, "bounced for good", "반송된 메일이"),
        ("complaints", harm.complained, COMPLAINTS, COMPLAINT_SHARE, "were complained of", "스팸으로 신고된 메일이"),
    )
    for kind, count, fewest, share, english, korean in cases:
        if count >= fewest and count >= share * harm.sent:
            rate = count / harm.sent
            yield Finding(
                kind,
                "account",
                f"{count} of the {harm.sent} mails of {harm.days} days {english}: {rate:.2%}",
                f"최근 {harm.days}일 동안 보낸 {harm.sent}통 가운데 {korean} {count}통({rate:.2%})입니다",
                HARM_REMEDY,
            )
