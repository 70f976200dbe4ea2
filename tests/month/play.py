"""A month from its first instant to the reckoning."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ops.schedule.table import read_table, schedule_file
from tests.month import drawing
from tests.month.clockwork import Clockwork
from tests.month.manager import Manager
from tests.month.reckoning import Reckoning, reckon
from tests.month.stage import staged
from tests.month.world import World

FEW = 7  # days: below it the few faults of a week's workdays


@dataclass(frozen=True)
class Played:
    """A month that is over."""

    world: World
    work: Clockwork
    reckoning: Reckoning


def play(folder: Path, first: date, days: int, *, size: int, a_course: int, seed: int) -> Played:
    """Let the days pass over the empty database that DATABASE_URL names; `first` is a Monday."""
    with staged(folder, first, days, size=size, a_course=a_course, seed=seed) as world:
        table = read_table(schedule_file())
        made = (drawing.a_few if days < FEW else drawing.a_month)(world, table)
        work = Clockwork(world, table, Manager(world))
        work.run()
        return Played(world, work, reckon(world, work, made))
