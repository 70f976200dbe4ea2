import os
from pathlib import Path

import pytest
from psycopg2.extensions import connection

from tests.mailer_cli.school import School
from tests.ops.backup.backups import ADDRESS, Backups


@pytest.fixture
def address(database: connection) -> str:
    """The URL of the test's database."""
    return os.environ["DATABASE_URL"]


@pytest.fixture
def backups(database: connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Backups:
    """A school with a posting, two students and an edition that they get."""
    school = School(database)
    school.posting()
    school.student("s1", name="홍길동", email=ADDRESS)
    school.student("s2")
    school.plan()
    return Backups(school, tmp_path, monkeypatch)
