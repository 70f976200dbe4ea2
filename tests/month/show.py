"""A month's figures for people."""

from mailer_cli import screen
from tests.month.play import Played


def show(played: Played, seconds: float) -> None:
    """Print what was done, what went wrong, and what is amiss."""
    world, work, found = played.world, played.work, played.reckoning
    screen.table(
        "faults",
        ("when", "what", "alerts #", "all-clears #"),
        [
            (f"{made.at:%a %m-%d %H:%M}", made.what, sum(_share(found.alerts, each) for each in made.raises),
             sum(_share(found.clears, each) for each in made.raises))
            for made in found.faults
        ],
    )  # fmt: skip
    rows = [
        ("mailings", found.slots), ("mails", found.mails), ("two mails of a slot", len(found.doubles)),
        ("a posting twice", len(found.repeats)), ("mails to whom there should be none", len(found.wrong)),
        ("forgotten", len(found.missing)), ("without mail for a reason", dict(found.reasons)),
        ("faults", len(found.faults)), ("alerts", found.alerts.total()), ("all-clears", found.clears.total()),
        ("heartbeats missed", found.silences), ("answers lost", world.provider.lost),
        ("events told twice", world.post.repeated), ("jobs run", dict(work.ran)), ("entered", dict(work.entered)),
        ("could not begin", dict(work.refused)), ("what happened to people", dict(world.school.changes)),
        ("refusals by the Form", len(world.school.refusals)), ("stats = ledger", found.figures),
        ("amiss", len(found.amiss)), ("seconds", round(seconds)),
    ]  # fmt: skip
    print()
    screen.table("", ("", "#"), [(name, str(value)) for name, value in rows])
    for line in found.amiss:
        print(f"  AMISS {line}")


def _share(counted: dict, subject: tuple[str, str]) -> int:
    return counted[subject]
