"""Figures for Prometheus, read from the database when they are asked for."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from mailer_cli.store import gauges

if TYPE_CHECKING:
    from psycopg2.extensions import connection


@dataclass(frozen=True)
class Figures(Collector):
    """A collector; `connect` opens the database for one reading. No name, no address and no posting is a label."""

    connect: "Callable[[], connection]"

    def describe(self) -> list[Metric]:
        """Return nothing: what there is to tell is known when it is read."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield every figure."""
        with closing(self.connect()) as database, database, database.cursor() as on:
            for name, (words, labels, _) in gauges.GAUGES.items():
                family = GaugeMetricFamily(name, words, labels=labels)
                for values, value in gauges.rows(on, name):
                    family.add_metric(values, value)
                yield family
