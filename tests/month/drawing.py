"""Which faults there are and when, drawn from a seed so that each can be told from the others and has time to end."""

from collections.abc import Callable
from datetime import datetime, timedelta

from jobdb.boards import BOARDS
from ops.schedule.table import Table, due
from tests.month import faults
from tests.month.faults import Made
from tests.month.window import slots
from tests.month.world import World

NINE, A_DAY = timedelta(hours=9), timedelta(days=1)
TROUBLES = ("500", "markup", "block", "empty")
SLOT_FAULTS: tuple[Callable[[World, datetime], Made], ...] = (
    faults.sender_killed, faults.quota_used_up, faults.paused, faults.answers_lost, faults.events_late,
    faults.sheet_unreadable,
)  # fmt: skip
# A machine that is down on these nights misses one crawl that is of no use any more at 14:05.
MISSED = {0: "crawl-incruit", 1: "crawl-jumpit", 2: "crawl-wanted", 3: "crawl-incruit", 4: "crawl-jumpit"}


def a_few(world: World, table: Table) -> list[Made]:
    """The faults of a week's workdays from a Monday on, for the tests."""
    monday = world.first
    tuesday, friday = slots(monday.date(), 5)
    return [
        faults.board(world, "worknet", nights(table, "worknet", monday, world.end)[3], "500"),
        faults.machine_down(world, monday + A_DAY, "crawl-jumpit"),
        faults.sender_killed(world, tuesday),
        faults.database_away(world, monday + 2 * A_DAY + NINE),
        faults.quota_used_up(world, friday),
    ]


def a_month(world: World, table: Table) -> list[Made]:
    """Every kind of fault over 30 days or so; the first and the last mailing stay well."""
    _, *middle, _ = slots(world.first.date(), world.days)
    bad = world.dice.choice(middle[:4])
    others = [slot for slot in middle if slot != bad]
    kinds = world.dice.sample(SLOT_FAULTS, len(SLOT_FAULTS))
    made = [kind(world, slot) for slot, kind in zip(others, kinds, strict=False)]
    made.append(faults.bad_addresses(world, bad))
    days = [world.first + n * A_DAY for n in range(7, world.days - 7)]
    down = world.dice.choice([day for day in days if day.weekday() in MISSED])
    made.append(faults.machine_down(world, down, MISSED[down.weekday()]))
    made += _on_days(world, [day for day in days if day != down])
    made += _on_boards(world, table, down)
    return sorted(made, key=lambda each: each.at)


def nights(table: Table, board: str, begin: datetime, end: datetime) -> list[datetime]:
    """When a board is crawled."""
    return list(due(table.job(f"crawl-{board}"), begin, end))


def _on_days(world: World, days: list[datetime]) -> list[Made]:
    """Faults of the house, on days on which the machine runs."""
    sunday = world.dice.choice([day for day in days if day.weekday() == 6])
    return [
        *(faults.database_away(world, day + NINE) for day in world.dice.sample(days, 2)),
        faults.bucket_away(world, sunday + timedelta(hours=12)),
    ]


def _on_boards(world: World, table: Table, down: datetime) -> list[Made]:
    """Each board has one bad night, 고용24 two, on which the machine runs; another crawl comes after it."""
    well = {
        board: [
            at for at in nights(table, board, world.first + 4 * A_DAY, world.end)[:-1] if not down <= at < down + A_DAY
        ]
        for board in BOARDS
    }
    often = well.pop("worknet")
    chances = [*well.items(), ("worknet", often[: len(often) // 2 - 1]), ("worknet", often[len(often) // 2 :])]
    kinds = [*TROUBLES, *world.dice.sample(TROUBLES, 2)]
    return [
        faults.board(world, board, world.dice.choice(chance), kind)
        for (board, chance), kind in zip(chances, kinds, strict=True)
    ]
