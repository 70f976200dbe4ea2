"""The whole circle: roster → crawl → mails through SES → what readers did → figures, equal to the last event."""

import json
import re

import pytest

from tests.circle.queues import queue
from tests.circle.school import MONDAY, NEXT_MONDAY, School
from tests.circle.tally import BEST, BY, clicked, expected, fates, grouped, said
from tests.mailer_cli.happenings import NOBODY, told
from tests.worlds import sandbox

BOARDS = ("saramin", "incruit", "jumpit")
STRAYS = (  # an event of nobody's mail, a topic's first message, a type of tomorrow, and no event at all
    told("Delivery", NOBODY),
    "Successfully validated SNS topic for Amazon SES event publishing.",
    told("Send", NOBODY).replace('"eventType": "Send"', '"eventType": "Telepathy"'),
    "{not JSON",
)


@pytest.mark.timeout(300)  # a busy machine is no failure
def test_what_went_out_comes_back_counted(database, tmp_path, monkeypatch):
    with queue(monkeypatch) as events, sandbox("--size", "400", clock=MONDAY) as boards:
        school = School(tmp_path, monkeypatch, events)
        school.crawl(boards, BOARDS)
        first = school.mailing(boards, MONDAY)
        school.be_read(first)
        school.come_back(*STRAYS)
        taken = [school.pull()]
        school.come_late()
        taken += [school.pull(), school.pull()]
        requests = len(school.account.requests)
        second = school.mailing(boards, NEXT_MONDAY)
        school.be_read(second)
        school.come_back()
        school.come_late()
        taken.append(school.pull())
    found = fates(school)

    assert len(first) > 100
    assert len(second) > 100
    assert_every_event_is_taken_once(school, taken)
    assert_nobody_who_left_is_asked_for_again(school, first, school.account.requests[requests:])
    assert_the_deliveries_stand_as_ses_told(database, found)
    assert_the_logs_count_the_same(school, found)
    assert_the_figures_are_equal(school, found)
    assert_the_clicks_are_equal(school, found)
    assert_telling_it_all_again_changes_nothing(school)
    assert f"{len(second)} mails were sent already" in school.mailer("send", "--early")


def assert_every_event_is_taken_once(school, taken):
    assert sum(each["new"] for each in taken) == len(school.told) + len(school.hits) + 1  # one is of nobody's mail
    assert taken[0]["repeated"] > 50
    assert taken[1]["new"] > 20
    assert taken[2] == taken[2] | {"received": 0, "new": 0}
    assert sum(each["unreadable"] for each in taken) == 1
    assert sum(each["unmatched"] for each in taken) == 1


def assert_nobody_who_left_is_asked_for_again(school, first, requests):
    ended = {
        read.mail.recipient for read in school.read if read.mail in first and read.visit.what in ("one_click", "page")
    }
    assert len(ended) >= 2
    ended |= {mail.recipient for mail in first if re.search(r"\+(bounce|complaint|suppressionlist)@", mail.recipient)}
    asked = [request["Destination"]["ToAddresses"] for request in requests]
    assert sorted(asked) == sorted([mail.recipient] for mail in first if mail.recipient not in ended)


def assert_the_deliveries_stand_as_ses_told(database, found):
    with database, database.cursor() as on:
        on.execute("SELECT id::text, state FROM delivery WHERE state <> 'skipped'")
        states = dict(on.fetchall())
    assert states == {fate.mail.delivery_id: fate.state for fate in found}
    assert set(states.values()) == {"accepted", "delivered", "bounced_hard", "complained"}


def assert_the_logs_count_the_same(school, found):
    """The function's log is CloudWatch's metrics, the server's a line of counts now and then."""
    log = "\n".join(school.counted)
    for name, number in (
        ("LogoOpens", sum(fate.opened for fate in found)),
        ("Unsubscribes", sum("unsubscribed" in fate.metrics for fate in found)),
        ("ForgedTokens", 2 * (2 + 1)),
    ):
        counted = [json.loads(line).get(name, 0) for line in log.splitlines() if line.startswith("{")]
        counted += map(int, re.findall(rf"\b{name} (\d+)", log))
        assert sum(counted) == number, name
    assert "HitsLost" not in log


def assert_the_figures_are_equal(school, found):
    stats = json.loads(school.mailer("stats", "--json"))
    assert (stats["events_of_no_mail"], stats["unreadable_messages"], stats["made_up"]) == (1, 1, True)
    assert stats["total"]["sent"]["count"] == len(found)
    assert said(stats["total"]) == expected(found)
    seen = ["delivered", "bounced_hard", "bounced_soft", "complained", "clicked_human", "clicked_machine"]
    assert all(stats["total"][metric]["count"] for metric in [*seen, *(f"opened_{who}" for who in BEST)])
    for by in BY:
        rows = {row["name"]: row for row in stats["by"][by]["rows"] if row["sent"]["count"]}
        groups = grouped(found, by)
        assert len(groups) > 1, by
        for name in groups | rows:
            assert rows[name]["sent"]["count"] == len(groups[name]), (by, name)
            assert said(rows[name]) == expected(groups[name]), (by, name)


def assert_the_clicks_are_equal(school, found):
    shown = json.loads(school.mailer("stats", "postings", "--top", "10000", "--json"))
    rows = {row["url"]: row for row in shown["by"]["posting"]["rows"]}
    metrics = ("clicked", *(f"clicked_{who}" for who in BEST))
    assert {link for fate in found for link in fate.clicks} - set(rows) == HOUSE
    for link, row in rows.items():
        mails = [fate for fate in found if link in fate.shown]
        assert (row["sent"], row["clicked"]["of"]) == (len(mails), sum(fate.noticed for fate in mails))
        told = {metric: row[metric]["count"] for metric in metrics} | {"click_hits": row["click_hits"]}
        assert told == clicked(mails, link)


HOUSE = {"https://forms.example.com/job-mail-survey", "https://forms.example.com/job-mail-unsubscribe"}


def assert_telling_it_all_again_changes_nothing(school):
    before = school.mailer("stats", "--json")
    for name, lines in (("notices", [school.notices.read_text()]), ("hits", school.hits)):
        path = school.folder / f"{name} again.jsonl"
        path.write_text("\n".join(lines) + "\n")
        again = json.loads(school.mailer("events", "ingest", str(path), "--json"))
        assert (again["new"], again["unmatched"], again["suppressed"]) == (0, 0, [])
    assert school.mailer("stats", "--json") == before
