"""About half of the real bodies are one picture: from the board's page to the row in the database."""

from datetime import datetime

import pytest

from jobdb.clock import KST
from sandbox.market import Market
from tests.worlds import sandbox, scrapy

CLOCK = "2026-11-24T10:00"
SIZE = 200


@pytest.mark.parametrize("board", ["saramin", "incruit"])
def test_a_body_that_is_a_picture_is_flagged_and_a_text_is_kept(board, database):
    with sandbox("--size", str(SIZE), clock=CLOCK) as address:
        done = scrapy(address, "crawl", board, JOB_CLOCK=CLOCK, SARAMIN_ACCESS_KEY="")
    assert done.returncode == 0, done.stdout + done.stderr
    with database, database.cursor() as cursor:
        cursor.execute("SELECT board_id, image_only, body FROM posting WHERE board = %s", (board,))
        stored = {board_id: (image_only, body) for board_id, image_only, body in cursor.fetchall()}
    market = Market(7, datetime.fromisoformat(CLOCK).replace(tzinfo=KST), SIZE)
    jobs = [job for job in market.listed(board) if job.board_id in stored]
    assert stored == {job.board_id: (job.body_is_image, "" if job.body_is_image else job.body) for job in jobs}
    assert {image_only for image_only, _ in stored.values()} == {True, False}
