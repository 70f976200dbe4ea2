"""`mailer stats`: mails of a small school and what came back of them, counted, and the same in all forms."""

import csv
import io
import json
import re
from collections.abc import Iterable
from datetime import timedelta
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from lxml import html

from mailer_cli.cli import mailer
from mailer_cli.stats.domains import OTHERS
from mailer_cli.stats.metrics import METRICS
from tests.mailer_cli.samples import SLOT
from tests.mailer_cli.school import BIGDATA, School

PM = BIGDATA.__class__("PM 13", "pm", BIGDATA.starts_on, BIGDATA.ends_on)
HOSTILE = '=cmd|"/c calc"!A1<script>alert(1)</script>'


class Story:
    """Mails that went out, and what came back of them; commands over it."""

    def __init__(self, school: School, monkeypatch: pytest.MonkeyPatch) -> None:
        self.school = school
        monkeypatch.setenv("JOB_CLOCK", "2026-12-01T10:00")

    def send(self, slot=SLOT, way: str = "ses", left_out: Iterable[str] = ()) -> None:
        """Plan a slot and let its mails be accepted by a way, but for those of some students."""
        self.school.plan(slot, slot - timedelta(hours=5))
        choose = "FROM edition, student WHERE edition.id = edition_id AND student.id = student_id AND slot = %s"
        for state in ("ready", "sending", "accepted"):
            self.school.run(
                f"UPDATE delivery SET state = '{state}' {choose} AND delivery.state <> 'skipped' AND lms_id <> ALL(%s)",
                slot, list(left_out),
            )  # fmt: skip
        self.school.run(
            "INSERT INTO attempt (delivery_id, route, started_at, ended_at, outcome) "
            f"SELECT delivery.id, %s, slot, slot, 'accepted' {choose.replace('FROM', 'FROM delivery,')} "
            "AND delivery.state = 'accepted'",
            way, slot,
        )  # fmt: skip
        self.school.run("UPDATE edition SET state = 'sent' WHERE slot = %s AND state = 'planned'", slot)

    def told(self, lms_id: str | None, kind: str, slot=SLOT, **more: object) -> None:
        """Store an event about a student's mail; about nobody's without one."""
        values: dict[str, object] = {
            "source": "endpoint" if kind in ("open", "unsubscribe") else "ses",
            "reader": "human" if kind in ("open", "click") else None,
            "link": "posting" if kind == "click" else None, "posting_id": None, "detail": "{}",
        }  # fmt: skip
        values |= more | {"kind": kind, "at": slot, "lms_id": lms_id, "digest": uuid4().bytes, "slot": slot}
        with self.school.database, self.school.database.cursor() as on:
            on.execute(
                """
                INSERT INTO mail_event (digest, kind, source, occurred_at, received_at, reader, link, posting_id,
                    detail, delivery_id)
                VALUES (%(digest)s, %(kind)s, %(source)s, %(at)s, %(at)s, %(reader)s, %(link)s, %(posting_id)s,
                    %(detail)s, (SELECT delivery.id FROM delivery JOIN student ON student.id = student_id
                     JOIN edition ON edition.id = edition_id WHERE lms_id = %(lms_id)s AND slot = %(slot)s))
                """,
                values,
            )

    def __call__(self, *words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(mailer, ["stats", *words])
        assert result.exit_code == code, result.output
        return result

    def total(self, *words: str) -> dict:
        return json.loads(self("--json", *words).stdout)["total"]

    def rows(self, by: str, *words: str) -> dict[str, dict]:
        told = json.loads(self(*words, "--by", by, "--json").stdout)
        return {row["name"]: row for row in told["by"][by]["rows"]}


@pytest.fixture
def story(school: School, monkeypatch: pytest.MonkeyPatch) -> Story:
    """Eight students of BIGDATA 77, six of them at example.com, one at chunjae, one alone at a domain of their own."""
    for number in range(6):
        school.student(f"L{number}")
    school.student("C", email="c@mail.Chunjae.co.kr")
    school.student("M", email="m@mine.kr")
    school.posting("saramin", title=HOSTILE)
    school.posting("jumpit")
    return Story(school, monkeypatch)


def counts(told: dict, *keys: str) -> list[int | None]:
    return [told[key]["count"] for key in keys]


def test_each_figure_counts_mails_and_each_mail_once(story: Story):
    story.send()
    for kind in ("delivery", "delivery", "open", "open", "click", "click", "complaint", "unsubscribe"):
        story.told("L0", kind)
    total = story.total()
    assert counts(total, "sent", "delivered", "opened", "clicked", "complained", "unsubscribed") == [8, 1, 1, 1, 1, 1]
    assert (total["open_hits"], total["click_hits"]) == (2, 2)
    assert (total["opened"]["of"], total["clicked"]["of"]) == (8, 7)  # of the chunjae mail nobody tells a click


def test_the_best_reader_of_a_mail_counts(story: Story):
    story.send()
    for lms_id, readers in {"L0": "machine human unknown", "L1": "unknown machine", "L2": "machine"}.items():
        for reader in readers.split():
            story.told(lms_id, "open", reader=reader)
            story.told(lms_id, "click", reader=reader)
    total = story.total()
    for metric in ("opened", "clicked"):
        assert counts(total, metric, f"{metric}_human", f"{metric}_unknown", f"{metric}_machine") == [3, 1, 1, 1]


def test_bounces_are_hard_or_soft_and_a_report_of_no_spam_is_no_complaint(story: Story):
    story.send()
    soft = {"detail": '{"type": "Transient", "subtype": "MailboxFull"}'}
    story.told("L0", "bounce", **soft)
    story.told("L0", "bounce", detail='{"type": "Permanent"}')
    story.told("L1", "bounce", **soft)
    story.told("L2", "complaint", detail='{"type": "not-spam"}')
    story.told("L3", "complaint", detail='{"type": "abuse"}')
    assert counts(story.total(), "bounced", "bounced_hard", "bounced_soft", "complained") == [2, 1, 1, 1]


def test_chunjae_shows_openings_alone(story: Story):
    story.send()
    for kind in ("open", "delivery", "click", "bounce"):  # SES would not tell the last three; should it, they count not
        story.told("C", kind)
    routes = story.rows("route")
    assert counts(routes["chunjae"], "sent", "opened", "delivered", "bounced", "clicked") == [1, 1, None, None, None]
    assert routes["chunjae"]["click_hits"] is None
    assert counts(routes["default"], "sent", "opened", "delivered", "bounced", "clicked") == [7, 0, 0, 0, 0]
    assert story.total()["clicked"] == {
        "count": 0,
        "of": 7,
        "rate": 0.0,
        "low": 0.0,
        "high": pytest.approx(0.3543, abs=1e-4),
    }
    shown = story("--by", "route").stdout
    assert re.search(r"chunjae +1 +– +– +– +1 ", shown)
    assert "of 8 mails (chunjae" in shown


def test_a_relay_that_hands_on_to_ses_has_notices(story: Story):
    story.send(way="smtp")
    for kind in ("send", "delivery", "click"):
        story.told("L0", kind)
    story.told("L1", "bounce", detail='{"type": "Permanent"}')  # who tells of bounces alone would bounce in every mail
    total = story.total()
    assert counts(total, "delivered", "bounced", "clicked") == [1, 0, 1]
    assert (total["sent"]["count"], total["delivered"]["of"]) == (8, 1)
    assert story.rows("board")["saramin"]["clicked"]["of"] == 1


@pytest.mark.parametrize("way", ["outbox", "smtp"])
def test_what_ses_did_not_send_nobody_tells_of(story: Story, way):
    story.send(way=way)
    story.told("L0", "open")
    total = story.total()
    assert counts(total, "sent", "opened", "delivered", "bounced", "complained", "clicked") == [
        8,
        1,
        None,
        None,
        None,
        None,
    ]


def test_mails_from_before_the_endpoint_are_in_no_share_of_openings(story: Story):
    later = SLOT + timedelta(days=7)
    story.send()
    story.school.posting("saramin")
    story.send(later)
    assert counts(story.total(), "sent", "opened", "unsubscribed") == [16, None, None]
    story.told("L0", "open", slot=later)
    assert story.total()["opened"]["of"] == 8
    assert [row["opened"]["count"] for row in story.rows("week").values()] == [None, 1]


def test_what_belongs_to_no_mail_is_in_no_figure_and_is_told(story: Story):
    story.send()
    story.told(None, "open")
    story.told(None, "click")
    told = json.loads(story("--json").stdout)
    assert (told["events_of_no_mail"], told["total"]["opened"]["count"], told["total"]["clicked"]["count"]) == (
        2,
        None,
        0,
    )
    assert "2 events of no mail of ours" in story().stdout


def test_everybody_of_an_edition_is_somewhere(story: Story):
    story.school.student("S", mail_on=False)
    story.send(left_out=["L0"])
    story.school.run("UPDATE delivery SET state = 'sending' WHERE state = 'ready'")
    story.school.run("UPDATE delivery SET state = 'unknown' WHERE state = 'sending'")
    total = story.total()
    assert [total[key] for key in ("mails", "skipped", "failed", "unknown", "waiting")] == [9, 1, 0, 0, 1]
    assert (total["sent"]["count"], total["skipped_why"]) == (7, {"switched_off": 1})
    assert "1 skipped (1 switched off), 1 waiting" in story().stdout


def test_days_courses_and_tracks_narrow_the_mailings(story: Story):
    story.school.student("P", course=PM)
    story.school.posting("wanted", track="pm")
    story.send()
    later = SLOT + timedelta(days=3)
    story.school.posting("saramin")
    story.school.posting("worknet", track="pm")
    story.send(later)
    story.told("L0", "open", slot=SLOT)
    for words, sent in [
        ((), 18), (("--to", "2026-11-24"), 9), (("--from", "2026-11-25"), 9), (("--course", "PM 13"), 2),
        (("--track", "bigdata", "--from", "2026-11-24", "--to", "2026-11-24"), 8),
        (("--course", "PM 13", "--course", "BIGDATA 77"), 18),
    ]:  # fmt: skip
        assert story.total(*words)["sent"]["count"] == sent, words
    assert set(story.rows("course")) == {"BIGDATA 77", "PM 13"}
    assert set(story.rows("track")) == {"bigdata", "pm"}
    assert set(story.rows("edition")) == {
        "2026-11-24 17:00 BIGDATA 77",
        "2026-11-24 17:00 PM 13",
        "2026-11-27 17:00 BIGDATA 77",
        "2026-11-27 17:00 PM 13",
    }
    assert "no mailing of PM 99" in story("--course", "PM 99", code=2).stderr
    assert "write it like 2026-11-24" in story("--from", "yesterday", code=2).stderr
    assert "write options behind `mailer stats postings`" in story("--from", "2026-11-24", "postings", code=2).stderr


def test_nobody_is_known_by_a_domain_and_no_address_is_printed(story: Story):
    for number in range(6):
        story.school.student(f"G{number}", email=f"g{number}@gmail.com")
    for number in range(5):
        story.school.student(f"T{number}", email=f"t{number}@two{number % 2}.kr")
    story.send()
    domains = story.rows("domain")
    assert {name: row["sent"]["count"] for name, row in domains.items()} == {
        "example.com": 6,
        "gmail.com": 6,
        OTHERS: 7,
    }
    everything = [story(*words).stdout for words in [(), ("--json",), ("--by", "domain"), ("--by", "domain", "--csv")]]
    assert not any("mine.kr" in told or "two" in told or re.search(r"\w@", told) for told in everything)


def test_a_board_is_counted_over_the_mails_that_showed_it(story: Story):
    story.school.student("P", course=PM)
    pm = story.school.posting("wanted", track="pm", words=2)
    story.send()
    saramin, jumpit = story.school.chosen()[:2]
    for lms_id, posting in [
        ("L0", saramin),
        ("L0", saramin),
        ("L0", jumpit),
        ("L1", saramin),
        ("C", saramin),
        ("P", pm),
    ]:
        story.told(lms_id, "click", posting_id=posting)
    story.told("L2", "click", posting_id=saramin, reader="machine")
    story.told("L3", "click", link="survey")
    story.told("L4", "click", posting_id=pm)  # not in that mail
    boards = story.rows("board")
    assert {board: (row["clicked"]["count"], row["clicked"]["of"], row["clicked_human"]["count"], row["click_hits"])
            for board, row in boards.items()} == {
        "saramin": (3, 7, 2, 4), "jumpit": (1, 7, 1, 1), "wanted": (1, 1, 1, 1)}  # fmt: skip
    assert boards["saramin"]["sent"] == 8
    words = story.rows("word", "postings")
    assert {word: (row["clicked"]["count"], row["clicked"]["of"]) for word, row in words.items()} == {
        "0": (4, 8),
        "1": (1, 1),
    }
    links = story.rows("link", "postings")
    assert {link: row["clicked"]["count"] for link, row in links.items()} == {
        "posting": 5, "survey": 1, "more": 0, "unsubscribe": 0, "other": 0}  # fmt: skip
    top = json.loads(story("postings", "--top", "2", "--json").stdout)["by"]["posting"]["rows"]
    assert [(row["board"], row["clicked"]["count"]) for row in top] == [("saramin", 3), ("jumpit", 1)]
    assert top[0]["title"] == HOSTILE


def full(story: Story) -> None:
    """A slot with something of everything."""
    story.school.student("S", mail_on=False)
    story.send()
    first = story.school.chosen()[0]
    for number in range(5):
        story.told(f"L{number}", "delivery")
    story.told("L5", "bounce", detail='{"type": "Permanent"}')
    for lms_id, reader in [("L0", "human"), ("L1", "machine"), ("L2", "unknown"), ("C", "human")]:
        story.told(lms_id, "open", reader=reader)
    story.told("L0", "click", posting_id=first)
    story.told("L1", "click", posting_id=first, reader="machine")
    story.told("L1", "unsubscribe")
    story.told("L2", "complaint")


def page(story: Story, tmp_path) -> html.HtmlElement:
    story("--html", str(tmp_path / "deep" / "stats.html"))
    return html.parse(str(tmp_path / "deep" / "stats.html")).getroot()


def shown(words: str) -> int | None:
    """A count as a screen or the page shows it: `1,234 · 5.0 %`, `12`, `–`."""
    return None if words.strip() == "–" else int(re.match(r"\s*([\d,]+)", words)[1].replace(",", ""))


SCREEN = ("delivered", "bounced", "complained", "opened", "opened_human", "clicked", "clicked_human", "unsubscribed")


def as_csv(story: Story, *words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(story(*words, "--csv").stdout.removeprefix("\ufeff"))))


@pytest.mark.parametrize("by", ["course", "track", "domain", "week", "route"])
def test_all_forms_show_the_same_numbers(story: Story, tmp_path, by):
    full(story)
    told = story.rows(by)
    lines = {line[by]: line for line in as_csv(story, "--by", by)}
    drawn = {
        row.get("data-name"): row for row in page(story, tmp_path).xpath(f"//table[@data-by='{by}']//tr[@data-name]")
    }
    screen = {re.split(r"\s{2,}", line)[0]: line for line in story("--by", by).stdout.splitlines()}
    assert told.keys() == lines.keys() == drawn.keys()
    for name, row in told.items():
        for key in METRICS:
            (cell,) = drawn[name].xpath(f"td[@data-metric='{key}']")
            assert shown(cell.text) == shown(lines[name][key]) == row[key]["count"], (name, key)
            assert lines[name][f"{key}_rate"] == ("–" if row[key]["rate"] is None else str(row[key]["rate"]))
        cells = re.findall(r"(\d+) · |(–)(?= )", screen[name])
        assert [int(count) if count else None for count, _ in cells] == [row[key]["count"] for key in SCREEN]


def test_the_overview_is_the_total_in_all_forms(story: Story, tmp_path):
    full(story)
    total = story.total()
    lines = {line["metric"]: line for line in as_csv(story)}
    (table,) = page(story, tmp_path).xpath("//table[@data-by='total']")
    screen = [re.split(r"\s{2,}", line.strip()) for line in story().stdout.splitlines()]
    rows = iter([line for line in screen if line[0] in {metric.name for metric in METRICS.values()}])
    for key, metric in METRICS.items():
        (cell,) = table.xpath(f".//td[@data-metric='{key}']")
        line = next(rows)
        assert line[0] == metric.name
        assert {shown(cell.text), shown(lines[key]["count"]), shown(line[1])} == {total[key]["count"]}


def test_a_posting_s_words_do_nothing_on_the_page_or_in_a_sheet(story: Story, tmp_path):
    full(story)
    story.school.run("UPDATE posting SET url = 'javascript:alert(1)' WHERE title = %s", HOSTILE)
    root = page(story, tmp_path)
    assert not root.xpath("//script | //img | //link | //iframe | //*[starts-with(name(), 'on')]")
    assert not root.xpath("//a[starts-with(@href, 'javascript')]")
    assert any("<script>alert(1)</script>" in bdi.text_content() for bdi in root.xpath("//bdi"))
    assert "'=cmd|" in story("postings", "--csv").stdout


def test_the_page_needs_nothing_else_and_says_what_it_is(story: Story, tmp_path):
    full(story)
    root = page(story, tmp_path)
    words = root.text_content()
    assert "열람은 읽음이 아닙니다" in words
    assert "– 표시는 0이 아니라" in words
    assert "연습용" not in words
    assert not root.xpath("//@src")
    story.school.run("INSERT INTO crawl (spider, made_up, started_at) VALUES ('saramin', true, now())")
    assert "연습용 데이터입니다" in page(story, tmp_path).text_content()
    assert "made up" in story().stdout


def test_the_page_stands_with_nothing_sent_and_nothing_known(story: Story, tmp_path):
    story.school.plan()
    words = page(story, tmp_path).text_content()
    assert "아직 클릭이 없습니다" in words
    story.send(SLOT + timedelta(days=3), way="outbox")
    assert "추적할 수 없음" in page(story, tmp_path).text_content()


def test_tracing_says_which_figures_chunjae_shows(story: Story):
    lines = dict(re.findall(r"^(\w+) .* (yes|no)$", story("tracing").stdout, re.MULTILINE))
    assert lines == {
        "sent": "yes", "delivered": "no", "bounced": "no", "complained": "no", "opened": "yes", "clicked": "no",
        "unsubscribed": "yes",
    }  # fmt: skip


def test_before_any_mailing_it_says_what_to_do(story: Story):
    assert "no mailing was planned yet; `mailer plan`" in story(code=2).stderr
    assert "leave out --by" in story("--by", "week", "--html", "x.html", code=2).stderr
