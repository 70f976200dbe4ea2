import pytest
from psycopg2.extensions import connection

from tests.mailer_cli.school import School


@pytest.fixture
def school(database: connection) -> School:
    """An empty school in the test's database."""
    return School(database)
