"""Which hosts may be reached in the clear, and how a database elsewhere proves its name."""

from urllib.parse import parse_qs, urlsplit

import pytest
from psycopg2.extensions import parse_dsn

from jobdb.errors import SettingError
from jobdb.transport import is_loopback, may_be_plain, refuse_plain_endpoints, secured

HERE = ["localhost", "LOCALHOST", "127.0.0.1", "127.8.8.8", "::1", "/var/run/postgresql", "@abstract"]
ELSEWHERE = [
    "",
    "db",
    "db.school.example",
    "10.0.0.5",
    "localhost.example.com",
    "127.0.0.1.example.com",
    "0.0.0.0",
    "::",
]


@pytest.mark.parametrize("host", HERE)
def test_here(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ELSEWHERE)
def test_elsewhere(host):
    assert not is_loopback(host)
    assert not may_be_plain(host, {"JOB_PLAIN_HOSTS": "other, ,relay"})


def test_a_network_of_one_s_own_is_named():
    assert may_be_plain("Postgres", {"JOB_PLAIN_HOSTS": "relay, postgres"})


@pytest.mark.parametrize(
    "address",
    [
        "postgresql:///jobs",
        "postgresql://jobs:pw@127.0.0.1:5432/jobs",
        "postgresql://jobs:pw@localhost/jobs?sslmode=disable",
        "postgresql:///jobs?host=/var/run/postgresql",
        "postgresql://jobs:pw@db.school.example/jobs?sslmode=verify-full",
    ],
)
def test_what_is_safe_stays_as_it_is(address):
    assert secured("DATABASE_URL", address, {}) == address


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://jobs:p%40w@db.school.example/jobs",
        "postgresql://jobs:p%40w@db.school.example/jobs?connect_timeout=3",
        "host=db.school.example user=jobs password='p@w' dbname=jobs",
        "postgresql://jobs:p%40w@127.0.0.1,db.school.example/jobs",
    ],
)
def test_a_server_elsewhere_must_prove_its_name(address, tmp_path):
    roots = tmp_path / "roots.pem"
    roots.touch()
    url = secured("DATABASE_URL", address, {"PGSSLROOTCERT": str(roots)})
    parts = parse_dsn(url)
    assert (parts["sslmode"], parts["sslrootcert"]) == ("verify-full", str(roots))
    assert (parts["user"], parts["password"], parts["dbname"]) == ("jobs", "p@w", "jobs")
    assert urlsplit(url).scheme == "postgresql"
    assert secured("DATABASE_URL", url, {}) == url


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
def test_less_is_refused_unless_the_network_is_one_s_own(mode):
    address = f"postgresql://jobs:planted@db/jobs?sslmode={mode}"
    with pytest.raises(
        SettingError, match=f"LMS_DATABASE_URL: sslmode={mode} does not prove whose server db is"
    ) as told:
        secured("LMS_DATABASE_URL", address, {})
    assert "planted" not in str(told.value)
    assert secured("LMS_DATABASE_URL", address, {"JOB_PLAIN_HOSTS": "db"}) == address
    with pytest.raises(SettingError, match=f"sslmode={mode}"):
        secured("DATABASE_URL", "postgresql://jobs@db/jobs", {"PGSSLMODE": mode})


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("planted garbage", "is no address of a PostgreSQL"),
        ("postgresql://jobs:pl@nted-planted@db/jobs", "a password's @ must be written %40"),
        ("postgresql://jobs:planted@[db/jobs", "is no address of a PostgreSQL"),
    ],
)
def test_what_is_no_address_is_refused_without_being_quoted(address, told):
    with pytest.raises(SettingError, match=told) as refused:
        secured("DATABASE_URL", address, {})
    assert "planted" not in str(refused.value)


def test_roots_are_a_file_that_is_there():
    query = parse_qs(urlsplit(secured("DATABASE_URL", "postgresql://db/jobs", {"PGSSLROOTCERT": "/none"})).query)
    assert query["sslrootcert"] != ["/none"]


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("http://127.0.0.1:9324", False),
        ("http://[::1]:9324", False),
        ("http://queue:9324", False),
        ("https://sqs.ap-northeast-2.amazonaws.com", False),
        ("", False),
        ("http://sqs.example.com", True),
        ("http://key:planted@sqs.example.com", True),
        ("sqs.example.com", True),
    ],
)
def test_aws_is_asked_in_the_clear_on_this_machine_alone(url, refused):
    environment = {"AWS_ENDPOINT_URL_SQS": url, "JOB_PLAIN_HOSTS": "queue", "AWS_REGION": "x"}
    if not refused:
        refuse_plain_endpoints(environment)
        return
    with pytest.raises(SettingError, match=r"AWS_ENDPOINT_URL_SQS: .* is not encrypted") as told:
        refuse_plain_endpoints(environment)
    assert "planted" not in str(told.value)
