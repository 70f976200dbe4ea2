"""The schedule: the owner's days and hours, and what cron and systemd are told is the same."""

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdb.boards import BOARDS
from jobdb.clock import KST
from jobdb.errors import SettingError
from ops.schedule import show
from ops.schedule.crontab import crontab
from ops.schedule.systemd import timer, units
from ops.schedule.table import FILE, due, due_between, latest_due, next_due, read_table, why_off
from ops.schedule.weekly import A_WEEK, moments, shifted
from tests.ops.cronreader import calendar_runs, crontab_runs

TABLE = read_table(FILE)
EIGHT_WEEKS = timedelta(weeks=8)
# over months; over the year's end; over a leap day (2028-02-29 is a Tuesday, a mailing's day)
STARTS = [
    datetime(2026, 10, 5, tzinfo=KST),
    datetime(2026, 12, 14, 0, 5, tzinfo=KST),
    datetime(2028, 1, 24, tzinfo=KST),
]
OWNER_S = [  # REQUIREMENTS: each board's days and hour, the mail, the backup
    ("crawl-incruit", "Mon Thu", "01:00"),
    ("crawl-jumpit", "Tue Fri", "01:00"),
    ("crawl-wanted", "Wed Sat", "01:00"),
    ("crawl-saramin", "Thu Sun", "03:00"),
    ("crawl-worknet", "Mon Tue Wed Thu Fri Sat Sun", "04:00"),
    ("mail", "Tue Fri", "17:00"),
    ("backup", "Sun", "12:00"),
]
A_JOB = 'about = "x"\nminutes = 5\nuseful_minutes = 5\nsteps = [["mailer", "plan"]]\n'


def planned(key: str, start: datetime) -> list[datetime]:
    return list(due(TABLE.jobs[key], start, start + EIGHT_WEEKS))


@pytest.mark.parametrize(("key", "days", "hour"), OWNER_S)
@pytest.mark.parametrize("start", STARTS)
def test_the_owner_s_days_and_hours(key, days, hour, start):
    every_hour = (start.replace(minute=0) + timedelta(hours=hours) for hours in range(8 * 7 * 24 + 1))
    wanted = [
        at for at in every_hour if start <= at < start + EIGHT_WEEKS and f"{at:%a}" in days and f"{at:%H:%M}" == hour
    ]
    assert planned(key, start) == wanted
    assert len(wanted) == 8 * len(days.split())


def test_events_and_the_watch_run_every_ten_minutes():
    for key in ("events", "watch"):
        times = planned(key, STARTS[0])
        assert {later - at for at, later in pairwise(times)} == {timedelta(minutes=10)}


def test_refusals_are_fresh_whenever_something_is_planned_or_sent():
    start = STARTS[2]
    read = planned("refusals", start)
    for key in ("mail-plan", "mail", "mail-again"):
        for at in planned(key, start):
            assert any(timedelta() < at - one <= timedelta(hours=6) for one in read), (key, at)


def test_the_check_lies_within_three_hours_before_its_slot_and_every_board_s_crawl_before_that():
    start = STARTS[1]
    for slot in planned("mail", start):
        assert any(timedelta() < slot - at < timedelta(hours=3) for at in planned("mail-plan", start))
    assert {f"crawl-{board}" for board in BOARDS} <= TABLE.jobs.keys()


def test_what_is_pruned_was_backed_up_on_the_same_day():
    for at in planned("prune", STARTS[0]):
        assert any(one.date() == at.date() and one < at for one in planned("backup", STARTS[0]))


def test_the_schedule_and_mail_toml_name_the_same_slots(monkeypatch, tmp_path):
    assert show.warnings(TABLE) == []
    (tmp_path / "mail.toml").write_text('[slots]\nweekdays = ["tue"]\nhour = 18\n')
    monkeypatch.setenv("JOB_CONFIG_DIR", str(tmp_path))
    assert "mend one" in show.warnings(TABLE)[0]


# cron and systemd ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/Phoenix", None])
def test_a_crontab_runs_when_the_table_says(zone, start):
    clock = ZoneInfo(zone) if zone else UTC  # without a zone the lines speak for themselves, whatever the machine's
    runs = crontab_runs(crontab(TABLE, zone, start), clock, start, start + EIGHT_WEEKS)
    assert runs == {key: planned(key, start) for key in TABLE.jobs}


def test_a_crontab_in_a_zone_with_summer_time_is_refused():
    with pytest.raises(SettingError, match="summer time"):
        crontab(TABLE, "Europe/Berlin", STARTS[0])
    with pytest.raises(SettingError, match="no time zone"):
        crontab(TABLE, "Seoul", STARTS[0])


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("key", TABLE.jobs)
def test_a_timer_runs_when_the_table_says(key, start):
    assert calendar_runs(timer(TABLE, TABLE.jobs[key]), start, start + EIGHT_WEEKS) == planned(key, start)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("start", STARTS)
def test_systemd_itself_reads_the_timers_so(start):
    for key, job in TABLE.jobs.items():
        wanted = planned(key, start)[:60]
        told: set[datetime] = set()
        for line in re.findall(r"^OnCalendar=(.*)$", timer(TABLE, job), re.MULTILINE):
            base = f"{start.astimezone(UTC) - timedelta(seconds=1):%Y-%m-%d %H:%M:%S} UTC"
            done = subprocess.run(
                ["systemd-analyze", "calendar", f"--iterations={len(wanted)}", f"--base-time={base}", line],
                capture_output=True, text=True, check=True, env={"TZ": "UTC", "LC_ALL": "C"},
            )  # fmt: skip
            stamps = re.findall(r"(?:Next elapse|Iter\. #\d+): \w{3} (\S+ \S+) UTC", done.stdout)
            told |= {datetime.fromisoformat(stamp).replace(tzinfo=UTC).astimezone(KST) for stamp in stamps}
        assert sorted(told)[: len(wanted)] == wanted, key


def test_units_say_who_runs_what_and_how_long(tmp_path):
    files = units(TABLE, "jobs", embedded=False)
    assert set(files) == {f"job-mail-{key}.{kind}" for key in TABLE.jobs for kind in ("timer", "service")}
    service = files["job-mail-mail.service"]
    assert "User=jobs" in service
    assert "-m ops.job mail --scheduled" in service
    assert "TimeoutStartSec=175min" in service
    assert "job-mail-database.service" in units(TABLE, "jobs", embedded=True)
    assert "After=network-online.target job-mail-database.service" in units(TABLE, "jobs", embedded=True)[
        "job-mail-mail.service"
    ]  # fmt: skip


@given(st.sets(st.integers(0, A_WEEK - 1), min_size=1, max_size=40), st.integers(-2000, 2000))
def test_blocks_hold_exactly_the_minutes_that_went_in(week, ahead):
    told = {
        day * 1440 + hour * 60 + minute
        for block in moments(shifted(week, ahead))
        for day in block.days
        for hour in block.hours
        for minute in block.minutes
    }
    assert told == {(minute + ahead) % A_WEEK for minute in week}


# the table's own arithmetic -----------------------------------------------------------------------------------------


@given(st.integers(0, 4 * 366 * 86400), st.sampled_from(list(TABLE.jobs)))
def test_now_lies_between_the_latest_and_the_next(seconds, key):
    now, job = STARTS[0] + timedelta(seconds=seconds), TABLE.jobs[key]
    last, coming = latest_due(job, now), next_due(job, now)
    assert last <= now < coming
    assert list(due(job, last, coming)) == [last]


def test_what_is_due_comes_in_time_s_order_and_without_what_is_off(tmp_path):
    path = tmp_path / "schedule.toml"
    when = {"b": 'at = "02:00"', "a": "every = 60", "c": 'at = "02:00"\noff = true'}
    path.write_text("".join(f"[jobs.{key}]\n{lines}\n{A_JOB}" for key, lines in when.items()))
    table = read_table(path)
    start = datetime(2026, 11, 24, 1, 30, tzinfo=KST)
    found = [(f"{at:%H:%M}", job.key) for at, job in due_between(table, start, start + timedelta(hours=2))]
    assert found == [("02:00", "b"), ("02:00", "a"), ("03:00", "a")]
    assert why_off(table.jobs["c"], {}) == "off = true in the schedule"
    assert why_off(TABLE.jobs["refusals"], {}) == "SHEET_ID is not set"
    assert why_off(TABLE.jobs["refusals"], {"SHEET_ID": "abc"}) is None


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("", "at = \"17:00\" or every"),
        ('at = "17:00"\nevery = 10\n', "either"),
        ('at = "25:00"\n', '25:00'),
        ('at = []\n', "at = []"),
        ("at = 17:00:00\n", "it takes"),
        ("every = 7\n", "divide an hour"),
        ("every = true\n", "divide an hour"),
        ('at = "17:00"\ndays = ["tuesday"]\n', "days"),
        ('at = "17:00"\ndays = []\n', "days"),
        ('at = "17:00"\ntries = 0\n', "tries"),
        ('at = "17:00"\ngo_on = [0]\n', "go_on"),
        ('at = "17:00"\nhour = 3\n', "hour is no setting"),
        ('at = "17:00"\nneeds = "SHEET_ID"\n', "needs"),
    ],
)  # fmt: skip
def test_a_wrong_job_is_told_with_file_key_and_remedy(tmp_path, lines, told):
    path = tmp_path / "schedule.toml"
    path.write_text(f"[jobs.x]\n{A_JOB}{lines}")
    with pytest.raises(SettingError, match=re.escape(told)) as caught:
        read_table(path)
    assert f"{path}: [jobs.x]" in str(caught.value)


@pytest.mark.parametrize("text", ["", "jobs = 3", "[jobs]", "x = 1\n[jobs.a]\n", "[jobs.'A b']\n", "[jobs.a"])
def test_a_file_that_is_no_schedule_is_refused(tmp_path, text):
    path = tmp_path / "schedule.toml"
    path.write_text(text)
    with pytest.raises(SettingError, match=re.escape(str(path))):
        read_table(path)
    with pytest.raises(SettingError, match="not found"):
        read_table(tmp_path / "none.toml")
    with pytest.raises(SettingError, match="there are crawl-incruit"):
        TABLE.job("crawl-nowhere")
