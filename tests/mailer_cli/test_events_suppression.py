"""Which addresses are not to be mailed again, by what came back: one test for each row of the rules."""

import itertools
from datetime import timedelta

import pytest

from mailer_cli.listening import Listener
from mailer_cli.store import suppressions
from tests.mailer_cli.happenings import NOBODY, after, bounced, hit, told
from tests.mailer_cli.samples import SLOT, settings
from tests.mailer_cli.school import School
from tests.mailer_cli.test_events import NOW, take, the_mail
from tests.mailer_cli.test_send import Recorder, send_all

WEEK = timedelta(days=7)


@pytest.fixture
def mail(school: School) -> str:
    school.student("a")
    school.posting()
    send_all(school.mailing(Recorder(), school.ready()))
    return the_mail(school, "a")


def standing(school: School) -> list[tuple]:
    return school.rows(
        "SELECT address, reason, since, until FROM suppression WHERE lifted_at IS NULL ORDER BY address, reason"
    )


RULES = {
    "bounce Permanent General": (lambda mail: bounced(mail, "Permanent", "General"), "bounce"),
    "bounce Permanent NoEmail": (lambda mail: bounced(mail, "Permanent", "NoEmail"), "bounce"),
    "bounce Permanent, nobody named": (lambda mail: bounced(mail, "Permanent", "General", recipients=0), "bounce"),
    "bounce Permanent, a subtype to come": (lambda mail: bounced(mail, "Permanent", "Vanished"), "bounce"),
    "bounce Permanent Suppressed": (lambda mail: bounced(mail, "Permanent", "Suppressed"), "provider"),
    "bounce Permanent OnAccountSuppressionList": (
        lambda mail: bounced(mail, "Permanent", "OnAccountSuppressionList"), "provider",
    ),
    "complaint": (lambda mail: told("Complaint", mail, 90), "complaint"),
    "complaint without a type": (lambda mail: told("Complaint", mail, 90, complaintFeedbackType=None), "complaint"),
    "no complaint after all": (lambda mail: told("Complaint", mail, 90, complaintFeedbackType="not-spam"), None),
    "one click": (lambda mail: hit(mail, 90, how="one_click"), "one_click"),
    "our page": (lambda mail: hit(mail, 90, how="page"), "page"),
    "out of office": (lambda mail: bounced(mail, "Transient", "General", recipients=0), None),
    "a full mailbox, once": (lambda mail: bounced(mail, "Transient", "MailboxFull"), None),
    "too large": (lambda mail: bounced(mail, "Transient", "MessageTooLarge"), None),
    "undetermined, once": (lambda mail: bounced(mail, "Undetermined", "Undetermined"), None),
    "delayed": (lambda mail: told("DeliveryDelay", mail, 90), None),
    "rejected for a virus": (lambda mail: told("Reject", mail, 90), None),
    "opened": (lambda mail: hit(mail, 90), None),
    "a click on unsubscribing, which a scanner does too": (
        lambda mail: told("Click", mail, 90, link=settings().unsubscribe_url), None,
    ),
    "of no mail of ours": (lambda mail: bounced(NOBODY, "Permanent", "General"), None),
}  # fmt: skip


@pytest.mark.parametrize(("make", "reason"), RULES.values(), ids=RULES.keys())
def test_what_ends_mail_to_an_address(school: School, mail, make, reason):
    taken = take(school, make(mail))
    expected = [("a@example.com", reason, after(90), None)] if reason else []
    assert standing(school) == expected
    assert taken.suppressed == [row[:2] for row in expected]
    assert take(school, make(mail)).suppressed == []
    assert standing(school) == expected


def test_another_address_on_the_roster_is_free_of_the_old_one_s_bounce(school: School, mail):
    take(school, bounced(mail, "Permanent", "NoEmail"))
    next_slot = SLOT + timedelta(days=3)
    school.posting()
    school.plan(next_slot, NOW)
    assert school.rows("SELECT reason FROM delivery WHERE state = 'skipped'") == [("suppressed: bounce",)]
    school.student("a", email="new@example.com")
    school.plan(next_slot, NOW)
    assert school.rows("SELECT address FROM delivery WHERE state = 'planned'") == [("new@example.com",)]


@pytest.mark.parametrize("refuse", [lambda mail: hit(mail, 90, how="one_click"), lambda mail: told("Complaint", mail)])
def test_who_refuses_in_an_old_mail_is_refused_at_the_address_of_today_too(school: School, mail, refuse):
    school.student("a", email="New@example.com")
    take(school, refuse(mail))
    assert [row[0] for row in standing(school)] == ["a@example.com", "new@example.com"]


def test_a_refusal_between_plan_and_send_means_no_mail(school: School, mail):
    school.posting()
    next_slot = SLOT + timedelta(days=3)
    school.plan(next_slot, NOW)
    school.run("UPDATE edition SET state = 'checked', checked_at = slot WHERE slot = %s", next_slot)
    school.run("UPDATE delivery SET state = 'ready' WHERE state = 'planned'")
    take(school, hit(mail, 900, how="one_click"))
    recorder = Recorder()
    mailing = school.mailing(recorder, [row[0] for row in school.rows("SELECT max(id) FROM edition")])
    mailing.begin(next_slot)
    while mailing.send_one(next_slot):
        pass
    assert recorder.kept == []
    assert school.rows("SELECT reason FROM delivery ORDER BY edition_id DESC LIMIT 1") == [("suppressed: one_click",)]


def test_what_was_lifted_comes_back_by_something_new_alone(school: School, mail):
    old, late = told("Complaint", mail, 90), told("Complaint", mail, 80, feedbackId="other")
    take(school, old)
    with school.database, school.database.cursor() as on:
        suppressions.lift(on, "a@example.com", "a letter", after(600))
    assert take(school, old, late).suppressed == []
    assert standing(school) == []
    new = told("Complaint", mail, 700, feedbackId="new")
    assert take(school, late, new).suppressed == [("a@example.com", "complaint")]
    assert standing(school) == [("a@example.com", "complaint", after(700), None)]


def test_a_new_consent_answers_every_earlier_refusal_however_it_was_said(school: School, mail):
    take(school, hit(mail, 90, how="page"))
    with school.database, school.database.cursor() as on:
        suppressions.lift(on, "a@example.com", "a letter", after(600))
    assert take(school, hit(mail, 80, name="r2", how="one_click")).suppressed == []
    assert take(school, hit(mail, 700, name="r3", how="one_click")).suppressed == [("a@example.com", "one_click")]


def test_of_several_refusals_the_first_is_kept_in_any_order(school: School, mail):
    bodies = [hit(mail, at, name=str(at), how="page") for at in (300, 100, 200)]
    for order in itertools.permutations(bodies):
        school.run("TRUNCATE mail_event, suppression")
        for body in order:
            take(school, body)
        assert standing(school) == [("a@example.com", "page", after(100), None)]


@pytest.fixture
def editions(school: School) -> list[str]:
    """Five weekly editions' mails to one address, the first first."""
    school.student("a")
    for week in range(5):
        school.posting(days=60)
        school.plan(SLOT + week * WEEK, SLOT + week * WEEK - timedelta(hours=5))
    school.run("UPDATE edition SET state = 'sent'")
    school.run("UPDATE delivery SET state = 'ready'")
    school.run("UPDATE delivery SET state = 'accepted'")
    return [
        mail
        for (mail,) in school.rows(
            "SELECT delivery.id::text FROM delivery JOIN edition ON edition.id = edition_id ORDER BY slot"
        )
    ]


def full(mail: str, week: int) -> str:
    return bounced(mail, "Transient", "MailboxFull", week * WEEK.total_seconds() + 90, feedbackId=f"f{week}")


def undetermined(mail: str, week: int) -> str:
    return bounced(mail, "Undetermined", "Undetermined", week * WEEK.total_seconds() + 90)


def automatic(mail: str, week: int) -> str:
    return bounced(mail, "Undetermined", "Undetermined", week * WEEK.total_seconds() + 90, recipients=0)


ROWS = {
    "three in a row": ([full, full, full, None, None], 2),
    "full or undetermined alike": ([None, full, undetermined, full, None], 3),
    "two": ([full, full, None, None, None], None),
    "one between them took its mail": ([full, full, None, full, full], None),
    "four in a row rest from the last": ([full, full, full, full, None], 3),
    "automatic answers are none": ([automatic, automatic, automatic, automatic, automatic], None),
}


@pytest.mark.parametrize(("kinds", "last"), ROWS.values(), ids=ROWS.keys())
def test_a_full_mailbox_rests_after_three_editions_in_a_row(school: School, editions, kinds, last):
    bodies = [kind(editions[week], week) for week, kind in enumerate(kinds) if kind]
    for order in (bodies, bodies[::-1], bodies[1:] + bodies[:1]):
        school.run("TRUNCATE mail_event, suppression")
        for body in order:
            take(school, body)
        since = None if last is None else SLOT + last * WEEK + timedelta(seconds=90)
        expected = [("a@example.com", "mailbox_full", since, since + timedelta(days=30))] if since else []
        assert standing(school) == expected


def test_a_rest_ends_by_itself_and_may_come_anew(school: School, editions):
    take(school, *(full(mail, week) for week, mail in enumerate(editions[:3])))
    (until,) = school.rows("SELECT until FROM suppression")[0]
    with school.database, school.database.cursor() as on:
        assert suppressions.standing(on, until) == {}
    assert Listener(school.database, settings()).take([full(editions[3], 3)], NOW).suppressed == []
    assert school.rows("SELECT until - %s FROM suppression", until) == [(WEEK,)]
