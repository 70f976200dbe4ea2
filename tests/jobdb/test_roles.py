"""The accounts of the database: PostgreSQL refuses what is not theirs, and the whole work goes on under them."""

import contextlib
import json
import os
import subprocess
import sys
from urllib.parse import quote, urlencode

import pytest
from psycopg2 import errors
from psycopg2.extensions import parse_dsn

from jobdb import db
from jobdb.errors import DatabaseError
from jobdb.rights import ALL, RIGHTS
from jobdb.roles import LETTERS, mend_roles
from tests.conftest import run
from tests.worlds import ROOT, sandbox, scrapy

PREFIX = f"test_{os.getpid()}_"  # accounts are the server's, which all test processes share
PASSWORD = "its own 'quotes' and 한글"
KINDS = ("crawler", "mailer", "reader")
CLOCK = "2026-11-23T10:00"  # a Monday; the next slot is on Tuesday at 17:00
TELLING = {"email", "phone", "address", "lms_id", "answer", "name", "body", "detail"}
HARMLESS = {
    ("course", "name"),
    ("posting", "body"),
    ("incident", "detail"),
    ("job_run", "detail"),
    ("mail_event", "detail"),
}
NOTICE = """{"eventType": "Bounce", "mail": {"messageId": "ID", "timestamp": "2026-11-24T08:00:01Z"}, "bounce": {
"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [{"emailAddress": "x@example.com"}],
"timestamp": "2026-11-24T08:00:02Z", "feedbackId": "f"}}""".replace("\n", "")
COLUMNS = """
    SELECT table_name::text, array_agg(column_name::text) FROM information_schema.columns
    WHERE table_schema = 'public' GROUP BY table_name
"""
TRIALS = {
    "SELECT": "SELECT FROM {table}",
    "INSERT": "INSERT INTO {table} DEFAULT VALUES",
    "UPDATE": "UPDATE {table} SET {column} = DEFAULT WHERE false",
    "DELETE": "DELETE FROM {table} WHERE false",
    "TRUNCATE": "TRUNCATE {table}",
}


@pytest.fixture(autouse=True)
def no_account_stays(database):
    """Drop the test's accounts: the server keeps them when the database goes."""
    yield
    database.rollback()
    with database, database.cursor() as on:
        on.execute("SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) ORDER BY rolname", (PREFIX,))
        for (role,) in on.fetchall():
            on.execute(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")


@pytest.fixture
def accounts(database):
    """Kind -> address of its account, in the test's database."""
    mend_roles(database, PREFIX, lambda setting: PASSWORD)
    return {kind: address(user=PREFIX + kind, password=PASSWORD) for kind in KINDS}


def address(**changes):
    return f"postgresql:///?{urlencode(parse_dsn(os.environ['DATABASE_URL']) | changes, quote_via=quote)}"


@contextlib.contextmanager
def session(url):
    with contextlib.closing(db.open_database(url)) as opened, opened.cursor() as on:
        opened.autocommit = True
        yield on


def columns(database):
    with database, database.cursor() as on:
        on.execute(COLUMNS)
        return dict(on.fetchall())


def test_every_table_has_its_rights_and_every_named_column_is_there(database):
    there = columns(database)
    assert set(RIGHTS) == set(there), "a table of the migrations needs a row in jobdb/rights.py, or a row its table"
    for table, rights in RIGHTS.items():
        assert rights.seen == ALL or set(rights.seen) < set(there[table]), table


def test_the_reader_sees_no_column_that_says_who_somebody_is(accounts, database):
    telling = {(table, column) for table, names in columns(database).items() for column in TELLING & set(names)}
    with session(accounts["reader"]) as on:
        for table, column in sorted(telling - HARMLESS):
            with pytest.raises(errors.InsufficientPrivilege):
                on.execute(f"SELECT {column} FROM {table}")
        for table, column in sorted(HARMLESS):
            on.execute(f"SELECT {column} FROM {table}")
    assert len(telling) > 12


@pytest.mark.parametrize("kind", KINDS)
def test_postgresql_refuses_what_is_not_an_account_s(accounts, database, kind):
    allowed = {
        "crawler": lambda rights: {LETTERS[letter] for letter in rights.crawler},
        "mailer": lambda rights: {LETTERS[letter] for letter in rights.mailer},
        "reader": lambda rights: {"SELECT"} if rights.seen else set(),
    }[kind]
    there, refused = columns(database), 0
    with session(accounts[kind]) as on:
        for table, rights in RIGHTS.items():
            for privilege in TRIALS.keys() - allowed(rights):
                with pytest.raises(errors.InsufficientPrivilege):
                    on.execute(TRIALS[privilege].format(table=table, column=there[table][0]))
                refused += 1
            for privilege in allowed(rights) - {"INSERT"}:
                on.execute(TRIALS[privilege].format(table=table, column=there[table][0]))
    assert refused > 60


WORDS = [
    ("crawler", "SELECT email FROM student"),
    ("crawler", "SELECT address FROM delivery"),
    ("crawler", "INSERT INTO suppression (address, reason, since) VALUES ('a@b.c', 'manual', now())"),
    ("mailer", "UPDATE posting SET closed_at = now(), closed_reason = 'x'"),
    ("mailer", "INSERT INTO link_check (posting_id, state, evidence, checked_at) VALUES (1, 'open', '', now())"),
    ("mailer", "DELETE FROM suppression"),
    ("mailer", "DELETE FROM attempt"),
    ("mailer", "UPDATE delivery_move SET because = ''"),
    ("mailer", "ALTER TABLE delivery DISABLE TRIGGER delivery_moves"),
    ("mailer", "CREATE TABLE mine ()"),
    ("reader", "SELECT * FROM student"),
    ("reader", "UPDATE edition SET state = 'sent'"),
    ("reader", "CREATE TEMPORARY TABLE mine ()"),
]


@pytest.mark.parametrize(("kind", "words"), WORDS)
def test_what_each_account_must_never_do(accounts, kind, words):
    with session(accounts[kind]) as on, pytest.raises(errors.InsufficientPrivilege):
        on.execute(words)


def test_mending_again_changes_nothing_and_takes_back_what_crept_in(accounts, database):
    def nothing(setting):
        return ""

    assert mend_roles(database, PREFIX, nothing) == []
    with database, database.cursor() as on:
        on.execute(f"GRANT SELECT, DELETE ON student TO {PREFIX}reader; REVOKE INSERT ON crawl FROM {PREFIX}crawler")
        on.execute(f"GRANT UPDATE (url) ON posting TO {PREFIX}mailer")
    assert mend_roles(database, PREFIX, nothing) == [
        f"{PREFIX}crawler: now INSERT on crawl",
        f"{PREFIX}mailer: no longer UPDATE (url) on posting",
        f"{PREFIX}reader: no longer DELETE, SELECT on student",
    ]
    for kind in KINDS:
        with session(accounts[kind]):
            pass  # the passwords stayed


def test_a_new_account_without_a_password_cannot_log_in(database):
    told = mend_roles(database, PREFIX, lambda setting: "")
    assert told[0] == f"{PREFIX}crawler: made"
    assert not any("log in" in line for line in told)
    with pytest.raises(DatabaseError, match="does not answer"):
        db.open_database(address(user=f"{PREFIX}crawler", password="any"))


def test_an_account_that_may_do_anything_is_refused(database):
    with database, database.cursor() as on:
        on.execute(f"CREATE ROLE {PREFIX}reader BYPASSRLS")
    with pytest.raises(DatabaseError, match="reader may do more than any right takes away"):
        mend_roles(database, PREFIX, lambda setting: "")


@pytest.fixture
def owned(test_server):
    """The address of a migrated database that belongs to an account without a superuser's rights."""
    owner, name = f"{PREFIX}owner", f"owned_{os.getpid()}"
    run(test_server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    run(test_server, f"CREATE ROLE {owner} LOGIN CREATEROLE PASSWORD 'owner'", f"CREATE DATABASE {name} OWNER {owner}")
    url = address(user=owner, password="owner", dbname=name)
    db.migrate(url)
    yield url
    run(test_server, f"DROP DATABASE {name} WITH (FORCE)")


def test_the_owner_needs_no_superuser_and_nobody_else_may(owned):
    with contextlib.closing(db.open_database(owned)) as opened:
        assert f"{PREFIX}crawler: made" in mend_roles(opened, PREFIX, lambda setting: PASSWORD)
        assert mend_roles(opened, PREFIX, lambda setting: "") == []
    mailer_s = address(user=f"{PREFIX}mailer", password=PASSWORD, dbname=f"owned_{os.getpid()}")
    with (
        contextlib.closing(db.open_database(mailer_s)) as opened,
        pytest.raises(DatabaseError, match="run this as the account that owns the tables"),
    ):
        mend_roles(opened, PREFIX, lambda setting: "")


def mailer(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "mailer_cli", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


OTHERS = [["mailer_cli", "watch"], ["mailer_cli", "doctor"], ["mailer_cli", "metrics"]]


def first_message():
    with session(os.environ["DATABASE_URL"]) as on:
        on.execute("SELECT message_id FROM delivery WHERE state = 'accepted' ORDER BY id LIMIT 1")
        return on.fetchone()[0]


def test_the_whole_job_goes_on_under_the_accounts(accounts, tmp_path, monkeypatch):
    roster = tmp_path / "roster.csv"
    monkeypatch.setenv("JOB_CLOCK", CLOCK)
    monkeypatch.setenv("MAIL_DELIVERY", "outbox")
    monkeypatch.setenv("MAIL_OUTBOX", str(tmp_path / "outbox"))
    monkeypatch.setenv("DATABASE_URL", accounts["mailer"])
    monkeypatch.setenv("JOBSPIDER_DATABASE_URL", accounts["crawler"])
    made = [sys.executable, "-m", "sandbox.roster", "--day", CLOCK[:10], "--out", str(roster)]
    subprocess.run(made, cwd=ROOT, check=True)
    mailer("roster", "import", str(roster))
    with sandbox("--size", "60") as boards:
        monkeypatch.setenv("JOBSPIDER_SANDBOX", boards)
        for board in ("saramin", "jumpit"):
            done = scrapy(boards, "crawl", board)
            assert done.returncode == 0, done.stdout + done.stderr
        assert scrapy(boards, "prune").returncode == 0
        for step in (["plan"], ["check"], ["send", "--early"]):
            mailer(*step)
    sent = json.loads(mailer("status", "--json"))
    assert sum(edition["deliveries"].get("accepted", 0) for edition in sent) == len(list(tmp_path.rglob("*.eml"))) > 20
    monkeypatch.setenv("BACKUP_FOLDER", str(tmp_path / "backups"))
    notices = tmp_path / "notices.jsonl"
    notices.write_text(f"{NOTICE.replace('ID', first_message())}\n")
    for words in (
        ["events", "ingest", str(notices)],
        ["stats"],
        ["who"],
        ["suppress", "add", "someone@example.com", "--why", "asked by phone"],
        ["suppress", "list"],
        ["backup", "run", "--without-people"],
        ["prune"],
    ):
        mailer(*words)
    monkeypatch.setenv("DATABASE_URL", accounts["reader"])
    mailer("stats")
    mailer("stats", "--by", "domain")
    mailer("stats", "postings")
    mailer("metrics")
    monkeypatch.setenv("DATABASE_URL", accounts["mailer"])
    for words in (*OTHERS, ["ops.prune"]):
        done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True)
        assert "permission denied" not in done.stdout + done.stderr
