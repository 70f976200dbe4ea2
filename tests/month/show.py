"""A month's figures for people."""

from mailer_cli import screen
from tests.month.play import Played


def show(played: Played, seconds: float) -> None:
    """Print what was done, what went wrong, and what is amiss."""
    world, work, found = played.world, played.work, played.reckoning
    faults = [
        (f"{each.made.at:%a %m-%d %H:%M}", each.made.what, " ".join(each.subject), each.alerts, each.clears)
        for each in found.heard
    ]
    screen.table("", ("when", "what went wrong", "what was told", "alerts #", "all-clears #"), faults)
    counts = {
        "days": world.days, "mailings": found.slots, "mails": found.mails,
        "two mails of a slot": len(found.doubles), "a posting twice": len(found.repeats),
        "mails to whom there should be none": len(found.wrong), "forgotten": len(found.forgotten),
        "no mail after all, by reason": _told(found.reasons),
        "alerts": found.alerts, "all-clears": found.clears, "heartbeats missed": found.silences,
        "answers lost": world.provider.lost, "senders killed": world.provider.killed,
        "messages brought": world.post.number, "of them told twice": world.post.repeated,
        "jobs started": _told(work.ran), "entered without a run": _told(work.entered),
        "could not begin": _told(work.refused),
        "what happened to people": _told(world.school.changes), "refusals by the Form": len(world.school.refusals),
        "stats (= ledger)": _told({metric: ours for metric, (ours, _) in found.figures.items()}),
        "seconds": round(seconds),
    }  # fmt: skip
    print()
    screen.table("", ("what", "count"), list(counts.items()))
    for line in found.amiss:
        print(f"AMISS {line}")


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "none"
