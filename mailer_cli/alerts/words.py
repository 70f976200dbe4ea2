"""The Korean words of an alert, from incidents. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from mailer_cli.store.incidents import Incident
from mailer_cli.watching.finding import instant_words
from mailer_cli.wording import plain

KINDS = {
    "crawl": "공고 수집",
    "slot": "메일 발송",
    "job": "예약 작업",
    "unknown": "확인이 필요한 메일",
    "bounces": "반송",
    "complaints": "스팸 신고",
    "disk": "디스크",
    "database": "데이터베이스",
}


@dataclass(frozen=True, slots=True)
class Alert:
    """A message to whoever looks after the job mail: one line, and the whole text."""

    subject: str
    text: str


def alert_of(school: str, new: Sequence[Incident], over: Sequence[Incident]) -> Alert:
    """Return the message that tells of new incidents and of those that are over; there is one at the least."""
    parts = ([f"확인 필요 {len(new)}건"] if new else []) + ([f"해결 {len(over)}건"] if over else [])
    about = ", ".join(dict.fromkeys(KINDS.get(each.kind, each.kind) for each in (*new, *over)))
    lines = [f"{school} 채용공고 메일에서 알려 드립니다.", ""]
    for each in new:
        lines += [f"■ {plain(each.detail, 600)}", f"  발견: {instant_words(each.opened_at)}", ""]
    for each in over:
        assert each.closed_at
        told = f"  {instant_words(each.opened_at)}에 발견, {instant_words(each.closed_at)}에 해결된 것을 확인했습니다."
        lines += [f"□ 해결됨: {plain(each.detail, 600)}", told, ""]
    lines += ["같은 문제는 다시 알리지 않고, 해결되면 한 번 알려 드립니다.", "전체 상태: `mailer doctor`"]
    return Alert(plain(f"[채용메일] {' · '.join(parts)}: {about}", 120), "\n".join(lines) + "\n")
