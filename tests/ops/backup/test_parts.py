"""Every table is in a part, and the parts stand apart: the postings need no row of the people."""

from ops.backup.moment import tables
from ops.backup.parts import PASSING, PEOPLE, POSTINGS, Table, parted

PERSONAL = {"address", "email", "phone"}  # columns


def test_every_table_of_the_schema_is_in_exactly_one_part(database):
    with database, database.cursor() as on:
        found = {table.name for table in tables(on)}
    told = "put it into POSTINGS or PEOPLE of ops/backup/parts.py: does a row of it tell of a person?"
    assert found - POSTINGS - PEOPLE - PASSING == set(), told
    assert found == POSTINGS | PEOPLE | PASSING
    assert not POSTINGS & PEOPLE | POSTINGS & PASSING | PEOPLE & PASSING


def test_no_posting_points_at_a_person(database):
    """Without the people, a key from one part to the other would point at nothing."""
    with database, database.cursor() as on:
        on.execute("SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'")
        across = [(source, target) for source, target in on.fetchall() if source in POSTINGS and target in PEOPLE]
    assert across == []


def test_what_is_in_the_clear_has_no_column_of_a_person(database):
    with database, database.cursor() as on:
        on.execute(
            "SELECT table_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_name = ANY(%s)", (sorted(PERSONAL),),
        )  # fmt: skip
        found = {name for (name,) in on.fetchall()}
    assert found
    assert found <= PEOPLE


def test_what_nobody_knows_is_the_people_s():
    known, unknown, elsewhere = Table("public", "posting"), Table("public", "notes"), Table("own", "posting")
    parts = parted([unknown, elsewhere, known])
    assert (parts.postings, parts.people, parts.passing) == ((known,), (elsewhere, unknown), ())
    assert [str(table) for table in parts.people] == ["own.posting", "notes"]
    assert Table("a.b", 'c"*').pattern() == '"a.b"."c""*"'
