"""The rate that all senders of one way share: a row that says when the next mail may leave, by the server's clock."""

from typing import TYPE_CHECKING

from mailer_cli.store import the_row

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

# Seconds that late senders may make up for, so that hiccups do not lower the rate. A second then holds 1.25 times the
# rate at the most, and 1.25 x 0.8 of the account's MaxSendRate is no more than it allows.
SLACK = 0.25
CALM = 60  # seconds without a refusal after which a halved rate is doubled again
LONGEST = 5  # halvings: 1, 2, 4, 8, 16 seconds of pause


def take(on: "cursor", way: str, rate: float, count: int) -> tuple[float, float]:
    """Reserve the next `count` departures at `rate` mails a second.

    Return the seconds until the first of them and the seconds between them. No two senders get the same departure.
    """
    on.execute("SET LOCAL synchronous_commit = off")  # a crash forgets a reservation, no more
    on.execute(
        """
        WITH row AS (
            INSERT INTO sending_rate AS rate (way, free_at) VALUES (%(way)s, clock_timestamp())
            ON CONFLICT (way) DO UPDATE SET way = EXCLUDED.way
            RETURNING halvings, refused_at
        ), gap AS (
            SELECT 2 ^ greatest(0, halvings - floor(coalesce(
                extract(epoch FROM clock_timestamp() - refused_at) / %(calm)s, 0))) / %(rate)s AS seconds FROM row
        )
        SELECT seconds FROM gap
        """,
        {"way": way, "rate": rate, "calm": CALM},
    )
    gap = float(the_row(on)[0])
    on.execute(
        """
        UPDATE sending_rate
        SET free_at = greatest(free_at, clock_timestamp() - make_interval(secs => %(slack)s))
                      + make_interval(secs => %(block)s)
        WHERE way = %(way)s RETURNING extract(epoch FROM free_at - clock_timestamp())
        """,
        {"way": way, "slack": SLACK, "block": gap * count},
    )
    return float(the_row(on)[0]) - gap * count, gap


def slow_down(on: "cursor", way: str, jitter: float) -> int:
    """Halve the rate after the provider called it too fast, and let nothing leave for 1, 2, 4, 8, 16 s times `jitter`.

    Refusals within one second are one: they answer mails that were on their way together. Return how often in a row
    it was halved; more than LONGEST means that no rate pleases.
    """
    on.execute(
        """
        INSERT INTO sending_rate AS rate (way, free_at, halvings, refused_at)
        VALUES (%(way)s, clock_timestamp() + make_interval(secs => %(jitter)s), 1, clock_timestamp())
        ON CONFLICT (way) DO UPDATE SET (halvings, refused_at, free_at) = (
            SELECT CASE WHEN again THEN rate.halvings ELSE later END, clock_timestamp(),
                   CASE WHEN again THEN rate.free_at ELSE greatest(rate.free_at, clock_timestamp()
                        + make_interval(secs => %(jitter)s * 2 ^ (least(later, %(longest)s) - 1))) END
            FROM (SELECT coalesce(rate.refused_at > clock_timestamp() - interval '1 second', false) AS again,
                         1 + greatest(0, rate.halvings - floor(coalesce(
                             extract(epoch FROM clock_timestamp() - rate.refused_at) / %(calm)s, 0)))::int AS later)
                 AS told)
        RETURNING halvings
        """,
        {"way": way, "jitter": jitter, "longest": LONGEST, "calm": CALM},
    )
    halvings: int = the_row(on)[0]
    return halvings
