"""Whatever comes: never an exception, and the same rows and states in whatever order and batches it comes."""

import json
import random

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from mailer_cli.events.reading import read
from mailer_cli.events.told import Event, Ignored, Unreadable
from mailer_cli.listening import Listener
from tests.mailer_cli.happenings import ABOUT, APPLE, BROWSER, NOBODY, bounced, enveloped, hit, told
from tests.mailer_cli.samples import settings
from tests.mailer_cli.school import School
from tests.mailer_cli.test_events import NOW
from tests.mailer_cli.test_send import Recorder, send_all

KINDS = sorted(ABOUT)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just(NOBODY),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("kind", KINDS)
def test_each_type_reads_alike_in_both_shapes_enveloped_and_raw(kind):
    read_ = [
        read(told(kind, NOBODY, shape=shape, envelope=envelope))
        for shape in ("eventType", "notificationType")
        for envelope in (True, False)
    ]
    assert all(isinstance(each, Event) for each in read_)
    assert len(set(map(repr, read_))) == 1
    assert len({read(told(other, NOBODY)).digest for other in KINDS}) == len(KINDS)


def paths(value, path=()):
    """Every place in a JSON value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*path, key))


def mutated(value, path, junk):
    """A JSON value with something else in one place."""
    if not path:
        return junk
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = mutated(value[path[0]], path[1:], junk)
    return copy


@given(kind=st.sampled_from(KINDS), by=st.sampled_from(["tag", "header"]), envelope=st.booleans(), data=st.data())
def test_an_event_with_anything_anywhere_is_read_or_kept_aside(kind, by, envelope, data):
    whole = json.loads(told(kind, NOBODY, by=by))
    for _ in range(data.draw(st.integers(1, 3))):
        whole = mutated(whole, data.draw(st.sampled_from(sorted(paths(whole), key=repr))), data.draw(JUNK))
    body = json.dumps(whole)
    assert isinstance(read(enveloped(body) if envelope else body), Event | Ignored | Unreadable)


@given(st.text() | JUNK.map(json.dumps) | st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")))
@example("[" * 100_000)
@example("9" * 5_000)
@example('{"Message": "' + "\\\\" * 50 + '"}')
@example('{"eventType": "Send", "mail": {"timestamp": "0001-01-01T00:00:00+14:00", "messageId": "x"}}')
@example("a" * 300_000 + "@" * 300)
def test_anything_at_all_is_read_or_kept_aside(body):
    assert isinstance(read(body), Event | Ignored | Unreadable)


@given(st.integers(0, 200))
def test_a_message_cut_short_is_kept_aside(cut):
    body = told("Bounce", NOBODY, envelope=True)
    assert isinstance(read(body[: -1 - cut]), Unreadable)


ADDRESSES = ["hong@example.com", "hong\\u0040example.com", "hong%40example.com", "홍길동@example.com", "192.0.2.55"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_kept_aside_shows_no_address(address):
    kept = read('{"mail": {"destination": ["' + address + '"], "sourceIp": "2001:db8::1:2:3", "at": "08:00:01"}}')
    assert isinstance(kept, Unreadable)
    assert "hong" not in kept.body
    assert "홍길동" not in kept.body
    assert "192.0.2" not in kept.body
    assert "2001:db8" not in kept.body
    assert "08:00:01" in kept.body


INSTANTS = st.sampled_from([1, 4, 9, 60, 61, 62, 69, 71, 300, 4000])
MAILS = st.integers(0, 2)  # the last is of nobody


@st.composite
def happening(draw, mails):
    mail, at = mails[draw(MAILS)], draw(INSTANTS)
    kind = draw(st.sampled_from([*KINDS, "Open", "Click", "soft", "hit", "leave"]))
    if kind == "hit":
        agent = draw(st.sampled_from([APPLE, BROWSER, ""]))
        return hit(mail, at, name=f"{at}{agent}", agent=agent)
    if kind == "leave":
        way = draw(st.sampled_from(["page", "one_click"]))
        return hit(mail, at, name=f"{at}{way}", how=way)
    how = {"envelope": draw(st.booleans()), "shape": draw(st.sampled_from(["eventType", "notificationType"]))}
    how |= {"by": draw(st.sampled_from(["tag", "header", "message"]))}
    if kind == "soft":
        soft = draw(st.sampled_from(["Transient", "Undetermined"]))
        return bounced(mail, soft, "MailboxFull", at, feedbackId=soft, **how)
    link = {"link": draw(st.sampled_from(LINKS))} if kind == "Click" else {}
    return told(kind, mail, at, **how, **link)


LINKS = [
    "https://www.saramin.co.kr/zf_user/jobs/relay/view?rec_idx=1",
    "https://www.saramin.co.kr/zf_user/jobs/relay/view?rec_idx=2",
    "https://forms.example.com/job-mail-survey",
    "https://forms.example.com/job-mail-unsubscribe",
    "https://example.com/",
]
IDS = [f"00000000-0000-4000-8000-00000000000{number}" for number in range(2)] + [NOBODY]


@pytest.fixture
def world(school: School) -> School:
    """Two mails: one that SES took, and one of which nobody knows whether it went."""
    for name in "ab":
        school.student(name)
    school.posting()
    school.posting()
    send_all(school.mailing(Recorder(), school.ready()))
    school.run("ALTER TABLE attempt DROP CONSTRAINT attempt_delivery_id_fkey")
    for number, name in enumerate("ab"):
        school.run("UPDATE delivery SET id = %s WHERE address = %s", IDS[number], f"{name}@example.com")
    school.run("DELETE FROM attempt")  # they went at another hour than the events of these worlds
    return school


SHOWN = {
    "mail_event": "encode(digest, 'hex'), kind, delivery_id, occurred_at, reader, reader_why, link, posting_id, detail",
    "delivery": "id, state, message_id",
    "suppression": "address, reason, since, until, detail",
}


def final(school: School, batches) -> dict[str, list[tuple]]:
    """What stands after batches of messages, from a fresh start."""
    school.run(
        f"""
        TRUNCATE mail_event, unread_event, suppression;
        ALTER TABLE delivery DISABLE TRIGGER USER;
        UPDATE delivery SET state = 'accepted', message_id = '0100-' || id, reason = NULL;
        UPDATE delivery SET state = 'unknown', message_id = NULL WHERE id = '{IDS[1]}';
        ALTER TABLE delivery ENABLE TRIGGER USER
        """
    )
    listener = Listener(school.database, settings())
    for batch in batches:
        listener.take(batch, NOW)
    return {table: school.rows(f"SELECT {columns} FROM {table} ORDER BY {columns}") for table, columns in SHOWN.items()}


@trying(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(happening(IDS), min_size=2, max_size=14), seed=st.integers(0, 10**6))
def test_the_same_rows_and_states_come_of_any_order_and_batches(world: School, bodies, seed):
    dice = random.Random(seed)
    shuffled = dice.sample(bodies * 2, len(bodies) * 2)
    pieces = [shuffled[at : at + 3] for at in range(0, len(shuffled), 3)]
    at_once = final(world, [bodies])
    assert at_once == final(world, pieces)
    assert at_once == final(world, [[body] for body in bodies[::-1]])
