"""A delivery's states: the table of moves, held by the database against everybody."""

from datetime import timedelta

import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailer_cli.records import DeliveryState
from mailer_cli.store import attempts
from tests.mailer_cli.samples import SLOT
from tests.mailer_cli.school import School

# state -> where it may go; what nobody may ever do stands nowhere
MOVES = {
    "planned": "ready skipped unknown",
    "ready": "sending skipped held failed accepted unknown",
    "held": "ready skipped accepted unknown",
    "sending": "accepted ready failed unknown",
    "unknown": "accepted ready failed abandoned",
    "abandoned": "accepted",
    "accepted": "delivered bounced_hard complained",
    "delivered": "bounced_hard complained",
    "bounced_hard": "complained",
    "complained": "",
    "skipped": "",
    "failed": "",
}
SENT = {"accepted", "delivered", "bounced_hard", "complained"}
STATES = st.sampled_from(sorted(DeliveryState))


@pytest.fixture
def delivery_id(school: School) -> str:
    school.student("a")
    school.posting()
    school.ready()
    return school.rows("SELECT id::text FROM delivery")[0][0]


def test_the_table_names_every_state_and_no_other(school: School):
    assert set(MOVES) == set(DeliveryState)
    rows = school.rows("SELECT from_state, to_state FROM delivery_move")
    assert set(rows) == {(before, after) for before, row in MOVES.items() for after in row.split()}


def test_what_was_sent_never_leads_back():
    reached, waiting = set(), [*SENT]
    while waiting:
        state = waiting.pop()
        reached.add(state)
        waiting += set(MOVES[state].split()) - reached
    assert reached == SENT


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.lists(STATES, max_size=12))
def test_any_sequence_of_moves_keeps_to_the_table(school: School, delivery_id: str, wanted: list[str]):
    school.run("ALTER TABLE delivery DISABLE TRIGGER delivery_moves")
    school.run("UPDATE delivery SET state = 'planned'")
    school.run("ALTER TABLE delivery ENABLE TRIGGER delivery_moves")
    state = "planned"
    for after in wanted:
        if after == state or after in MOVES[state].split():
            school.run("UPDATE delivery SET state = %s", after)
            state = after
        else:
            with pytest.raises(psycopg2.errors.CheckViolation, match=f"from {state} to {after}"):
                school.run("UPDATE delivery SET state = %s", after)
    assert school.rows("SELECT state FROM delivery") == [(state,)]


@pytest.mark.parametrize("state", sorted(set(MOVES) - {"planned", "ready", "skipped", "held"}))
def test_what_somebody_tried_to_send_is_never_forgotten(school: School, delivery_id: str, state: str):
    school.run("ALTER TABLE delivery DISABLE TRIGGER delivery_moves")
    school.run("UPDATE delivery SET state = %s", state)
    with pytest.raises(psycopg2.errors.CheckViolation, match="may not be deleted"):
        school.run("DELETE FROM delivery")


@pytest.mark.parametrize("state", ["sending", "unknown", "ready", "held", "abandoned"])
def test_an_event_with_its_id_proves_that_a_mail_went(school: School, delivery_id: str, state: str):
    school.run("ALTER TABLE delivery DISABLE TRIGGER delivery_moves")
    school.run("UPDATE delivery SET state = %s, reason = 'why', next_try_at = now()", state)
    school.run("ALTER TABLE delivery ENABLE TRIGGER delivery_moves")
    for news in (True, False):
        with school.database, school.database.cursor() as on:
            assert attempts.accept_by_event(on, delivery_id, "0100-x", SLOT + timedelta(minutes=1)) is news
    assert school.rows("SELECT state, reason, message_id, next_try_at FROM delivery") == [
        ("accepted", None, "0100-x", None)
    ]


@pytest.mark.parametrize("state", ["delivered", "bounced_hard", "complained", "skipped", "failed"])
def test_an_event_takes_nothing_back(school: School, delivery_id: str, state: str):
    school.run("ALTER TABLE delivery DISABLE TRIGGER delivery_moves")
    school.run("UPDATE delivery SET state = %s", state)
    with school.database, school.database.cursor() as on:
        assert not attempts.accept_by_event(on, delivery_id, "0100-x", SLOT)
    assert school.rows("SELECT state FROM delivery") == [(state,)]
