"""Events in the database: once each, in any order, matched to their mail, moving it forward alone."""

import contextlib
import random
import threading
from datetime import timedelta

import pytest

from jobdb import db
from mailer_cli.listening import Listener
from tests.mailer_cli.happenings import APPLE, NOBODY, bounced, enveloped, hit, told
from tests.mailer_cli.samples import SLOT, settings
from tests.mailer_cli.school import School
from tests.mailer_cli.test_send import Recorder, refusing, send_all, wait_for

NOW = SLOT + timedelta(hours=1)


@pytest.fixture
def ids(school: School) -> list[int]:
    """Ten students' mails, sent; the provider's ids are id-1 to id-10."""
    for number in range(10):
        school.student(f"s{number}")
    school.posting()
    school.posting(board="jumpit")
    ready = school.ready()
    send_all(school.mailing(Recorder(), ready))
    return ready


@pytest.fixture
def mail(school: School, ids) -> str:
    return the_mail(school)


def the_mail(school: School, lms_id: str = "s0") -> str:
    statement = "SELECT delivery.id::text FROM delivery JOIN student ON student.id = student_id WHERE lms_id = %s"
    return school.rows(statement, lms_id)[0][0]


def take(school: School, *bodies: str, now=NOW):
    return Listener(school.database, settings()).take(bodies, now)


def state(school: School, mail: str) -> str:
    return school.rows("SELECT state FROM delivery WHERE id = %s", mail)[0][0]


STATES = {
    "sent": (["Send"], "accepted"),
    "delivered": (["Send", "Delivery"], "delivered"),
    "delayed": (["Send", "DeliveryDelay"], "accepted"),
    "bounced": (["Send", "Bounce"], "bounced_hard"),
    "bounced after it was delivered": (["Send", "Delivery", "Bounce"], "bounced_hard"),
    "complained": (["Send", "Delivery", "Complaint"], "complained"),
    "all of it": (["Send", "Delivery", "Bounce", "Complaint", "Open", "Click"], "complained"),
}


@pytest.mark.parametrize(("kinds", "expected"), STATES.values(), ids=STATES.keys())
def test_a_mail_s_state_is_the_strongest_that_was_told_in_any_order(school: School, mail, kinds, expected):
    for order in (kinds, kinds[::-1], kinds + kinds):
        for kind in order:
            take(school, told(kind, mail))
    assert state(school, mail) == expected
    assert school.rows("SELECT count(*) FROM mail_event") == [(len(kinds),)]


@pytest.mark.parametrize("by", ["tag", "header", "message"])
@pytest.mark.parametrize("shape", ["eventType", "notificationType"])
@pytest.mark.parametrize("envelope", [True, False])
def test_an_event_finds_its_mail(school: School, mail, by, shape, envelope):
    (message,) = school.rows("SELECT message_id FROM delivery WHERE id = %s", mail)[0]
    taken = take(school, told("Delivery", mail, by=by, message=message, shape=shape, envelope=envelope))
    assert (taken.new, taken.unmatched) == ({"delivery": 1}, 0)
    assert state(school, mail) == "delivered"


def test_a_tag_that_names_no_mail_of_ours_gives_way_to_the_provider_s_id(school: School, mail):
    take(school, told("Delivery", NOBODY, message="id-1"))
    assert state(school, mail) == "delivered"


def test_what_belongs_to_no_mail_is_kept_and_finds_it_later(school: School, ids):
    school.run("UPDATE delivery SET message_id = NULL")
    mail = the_mail(school)
    link = school.rows("SELECT url FROM posting JOIN edition_posting ON posting_id = posting.id WHERE position = 2")
    early = [
        told("Delivery", mail, by="message", message="m"),
        told("Click", mail, 300, by="message", message="m", link=link[0][0]),
    ]
    assert take(school, *early).unmatched == 2
    assert school.rows("SELECT link FROM mail_event WHERE kind = 'click'") == [("other",)]
    take(school, told("Send", mail, message="m"))
    assert school.rows("SELECT count(*) FROM mail_event WHERE delivery_id IS NULL") == [(0,)]
    assert state(school, mail) == "delivered"
    assert school.rows("SELECT link, posting_id IS NOT NULL FROM mail_event WHERE kind = 'click'") == [
        ("posting", True)
    ]


def test_what_a_sender_wrote_down_late_matches_at_the_next_run(school: School, ids):
    mail = the_mail(school)
    school.run("UPDATE delivery SET message_id = NULL WHERE id = %s", mail)
    assert take(school, told("Delivery", mail, by="message", message="late")).unmatched == 1
    school.run("UPDATE delivery SET message_id = 'late' WHERE id = %s", mail)
    Listener(school.database, settings()).catch_up(NOW)
    assert state(school, mail) == "delivered"


def test_an_unknown_mail_is_proven_by_an_event_with_its_id(school: School):
    for name in "ab":
        school.student(name)
    school.posting()
    send_all(school.mailing(refusing(ambiguous=True), school.ready()))
    taken = take(school, told("Delivery", the_mail(school, "a"), message="m1"), hit(the_mail(school, "b")))
    assert taken.accepted == 2
    assert school.rows("SELECT state, message_id FROM delivery ORDER BY student_id") == [
        ("delivered", "m1"), ("accepted", None),
    ]  # fmt: skip
    take(school, told("Send", the_mail(school, "b"), message="m2"))
    assert school.rows("SELECT message_id FROM delivery ORDER BY student_id") == [("m1",), ("m2",)]


def test_the_provider_s_id_is_learnt_from_whatever_names_it_and_kept(school: School):
    school.student("a")
    school.posting()
    send_all(school.mailing(refusing(ambiguous=True), school.ready()))
    mail = the_mail(school, "a")
    unnamed, naming = bounced(mail, "Permanent", "General", by="message"), told("Rendering Failure", mail)
    assert take(school, unnamed).unmatched == 1
    assert take(school, naming).accepted == 1
    assert state(school, mail) == "bounced_hard"
    school.run("TRUNCATE mail_event; ALTER TABLE delivery DISABLE TRIGGER USER")
    school.run("UPDATE delivery SET state = 'unknown', message_id = NULL")
    take(school, naming)
    take(school, hit(mail))
    assert school.rows("SELECT state, message_id FROM delivery") == [("accepted", f"0100-{mail}")]


def test_a_hit_of_a_preview_proves_nothing(school: School):
    school.student("a")
    school.posting()
    school.ready()
    mail = the_mail(school, "a")
    assert take(school, hit(mail, -900)).accepted == 0
    assert state(school, mail) == "ready"
    take(school, told("Delivery", mail, 5))
    assert school.rows("SELECT reader, reader_why FROM mail_event WHERE kind = 'open'") == [
        ("unknown", "before_delivery")
    ]


def test_a_restored_database_counts_stored_events_once_it_is_adopted(school: School):
    school.student("a")
    school.posting()
    school.plan()
    mail = the_mail(school, "a")
    take(school, told("Delivery", mail, message="m"))
    assert state(school, mail) == "planned"
    school.run("UPDATE delivery SET state = 'unknown', reason = 'restored'")
    assert Listener(school.database, settings()).catch_up(NOW).accepted == 1
    assert state(school, mail) == "delivered"


def test_a_mail_that_is_being_sent_meanwhile_is_proven_and_stays_so(school: School):
    school.student("a")
    school.posting()
    mailing = school.mailing(Recorder(lambda envelope: meanwhile(envelope.delivery_id)), school.ready())

    def meanwhile(mail: str) -> None:
        with contextlib.closing(db.connect()) as other:
            Listener(other, settings()).take(
                [told("Delivery", mail, message="m"), bounced(mail, "Permanent", "General")], NOW
            )

    send_all(mailing)
    assert school.rows("SELECT state, message_id FROM delivery") == [("bounced_hard", "m")]
    assert school.rows("SELECT outcome FROM attempt") == [("accepted",)]


def test_repeats_and_the_same_in_another_shape_are_one_event(school: School, mail):
    both = [
        told("Bounce", mail, message="m", shape=shape, envelope=envelope)
        for shape in ("eventType", "notificationType")
        for envelope in (True, False)
    ]
    taken = take(school, *both, *both)
    assert (taken.received, taken.new.total(), taken.repeated) == (8, 1, 7)
    assert take(school, *both).repeated == 4
    assert school.rows("SELECT count(*) FROM mail_event") == [(1,)]


def test_what_is_no_event_changes_nothing_and_is_kept_aside_once(school: School, mail):
    first = "Successfully validated SNS topic for Amazon SES event publishing."
    odd = ["{", "[]", '{"a": 1}', "hong@example.com wrote", '{"hit": "open", "delivery": "x"}', "\x00", "9" * 5000]
    taken = take(school, first, enveloped(first), told("Send", mail).replace('"Send"', '"Moved"'), *odd, *odd)
    assert (taken.new.total(), taken.unreadable, taken.repeated) == (0, len(odd), len(odd))
    assert taken.ignored == {"notice of the topic": 2, "of the unknown type 'Moved'": 1}
    assert take(school, *odd).unreadable == 0
    assert school.rows("SELECT body FROM unread_event WHERE body LIKE '%%wrote'") == [("(address) wrote",)]


def test_no_address_no_agent_and_no_ip_is_stored(school: School, mail):
    take(
        school, *(told(kind, mail) for kind in ("Send", "Delivery", "Bounce", "Complaint", "Open", "Click")), hit(mail)
    )
    (row,) = school.rows("SELECT string_agg(mail_event::text, ' ') FROM mail_event")[0]
    assert "@" not in row
    assert "192.0.2.1" not in row
    assert "Chrome" not in row


LINKS = {
    "as the mail has it": ("{}", "posting"),
    "with entities": ("{}&amp;utm_source=mail", "posting"),
    "another posting": ("https://www.saramin.co.kr/zf_user/jobs/relay/view?rec_idx=999", "other"),
    "the survey": (settings().survey_url, "survey"),
    "unsubscribing": (settings().unsubscribe_url + "#top", "unsubscribe"),
    "anything": ("https://example.com/", "other"),
}


@pytest.mark.parametrize(("link", "expected"), LINKS.values(), ids=LINKS.keys())
def test_a_click_is_known_by_the_links_of_that_very_mail(school: School, mail, link, expected):
    url, posting_id = school.rows("SELECT url, id FROM posting WHERE board = 'saramin'")[0]
    take(school, told("Click", mail, 300, link=link.format(url)))
    assert school.rows("SELECT link, posting_id FROM mail_event") == [
        (expected, posting_id if expected == "posting" else None)
    ]


def test_who_read_is_judged_anew_when_the_mail_turns_out_to_have_arrived_later(school: School, mail):
    bodies = [hit(mail, 65), hit(mail, 75, name="r2"), hit(mail, 5, name="r3", agent=APPLE), told("Click", mail, 69)]
    expected = [("human", "browser"), ("machine", "apple_mpp"), ("machine", "too_soon"), ("machine", "too_soon")]
    for arrival in (0, len(bodies)):
        school.run("TRUNCATE mail_event")
        for body in [*bodies[:arrival], told("Delivery", mail, 60), *bodies[arrival:]]:
            take(school, body)
        statement = "SELECT reader, reader_why FROM mail_event WHERE reader IS NOT NULL ORDER BY reader_why, kind"
        assert sorted(school.rows(statement)) == sorted(expected)


def test_a_burst_of_clicks_is_seen_though_it_is_told_one_by_one(school: School, mail):
    urls = [url for (url,) in school.rows("SELECT url FROM posting")] + [settings().survey_url]
    clicks = [told("Click", mail, 600 + n / 2, link=url) for n, url in enumerate(urls)]
    late = told("Click", mail, 700, link=urls[0])
    for bodies in ([*clicks, late], [late, *clicks[::-1]]):
        school.run("TRUNCATE mail_event")
        for body in bodies:
            take(school, body)
        assert school.rows("SELECT reader_why FROM mail_event ORDER BY occurred_at") == [("burst",)] * 3 + [
            ("browser",)
        ]


def test_bounces_of_events_trip_the_breaker(school: School):
    for number in range(20):
        school.student(f"s{number:02d}")
    school.posting()
    mailing = school.mailing(Recorder(), school.ready())
    mailing.begin(SLOT)
    for _ in range(6):
        mailing.send_one(SLOT)
    mails = [mail for (mail,) in school.rows("SELECT id::text FROM delivery WHERE state = 'accepted'")]
    assert take(school, *(bounced(mail, "Permanent", "General") for mail in mails[:4])).tripped == []
    (cause,) = take(school, *(bounced(mail, "Permanent", "General") for mail in mails)).tripped
    assert "6 of 20 mails bounced for good" in cause
    assert not mailing.send_one(SLOT)


def test_two_readers_at_once_agree(school: School, ids):
    mails = [mail for (mail,) in school.rows("SELECT id::text FROM delivery")]
    bodies = [told(kind, mail) for mail in mails for kind in ("Send", "Delivery", "Bounce", "Open")]

    def read(seed: int) -> None:
        mine = random.Random(seed).sample(bodies, len(bodies))
        with contextlib.closing(db.connect()) as other:
            listener = Listener(other, settings())
            for first in range(0, len(mine), 7):
                counts.append(listener.take(mine[first : first + 7], NOW).new.total())

    counts: list[int] = []
    readers = [threading.Thread(target=read, args=(seed,)) for seed in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert sum(counts) == len(bodies)
    assert school.rows("SELECT DISTINCT state FROM delivery") == [("bounced_hard",)]


def test_a_batch_that_meets_another_in_a_deadlock_is_taken_all_the_same(school: School, ids):
    first, second = (mail for (mail,) in school.rows("SELECT id::text FROM delivery ORDER BY id LIMIT 2"))
    school.run("ALTER TABLE delivery DISABLE TRIGGER USER")
    school.run("UPDATE delivery SET state = 'unknown' WHERE id IN (%s, %s)", first, second)
    school.run("ALTER TABLE delivery ENABLE TRIGGER USER")
    hold = "UPDATE delivery SET reason = 'breaker' WHERE id = %s"
    counts: list[int] = []

    def read() -> None:
        with contextlib.closing(db.connect()) as own:
            bodies = [told("Send", first), told("Send", second)]
            counts.append(Listener(own, settings()).take(bodies, NOW).accepted)

    reader = threading.Thread(target=read)
    with contextlib.closing(db.connect()) as other, other, other.cursor() as on:
        on.execute("SET deadlock_timeout = '1min'")  # the reader is the one that gives way
        on.execute(hold, (second,))
        reader.start()
        wait_for(lambda: bool(school.rows("SELECT FROM pg_locks WHERE NOT granted")))
        on.execute(hold, (first,))
    reader.join()
    assert counts == [2]
    assert school.rows("SELECT count(*) FROM mail_event") == [(2,)]


def test_letters_that_no_database_takes_are_left_out(school: School, mail):
    odd = told("Send", mail).replace("0100-", "0100-" + "\\u0000\\ud800")
    assert take(school, odd).new.total() == 1


def test_what_the_database_refuses_is_kept_aside_and_the_rest_is_taken(school: School, mail):
    school.run(
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'too odd' USING ERRCODE = 'data_exception'; END $$;
        CREATE TRIGGER odd BEFORE INSERT ON mail_event FOR EACH ROW WHEN (NEW.message_id = 'odd')
        EXECUTE FUNCTION refuse()
        """
    )
    bodies = [told("Send", mail, at) for at in range(5)] + [told("Send", mail, message="odd"), told("Delivery", mail)]
    taken = take(school, *bodies)
    assert (taken.received, taken.new.total(), taken.unreadable) == (7, 6, 1)
    assert state(school, mail) == "delivered"
    assert school.rows("SELECT problem FROM unread_event") == [("the database: too odd",)]
