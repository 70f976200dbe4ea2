"""The accounts of the database: made, mended and given their passwords. Whoever ran the migrations owns the tables."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg2 import errors, sql
from psycopg2.extensions import encrypt_password

from jobdb.errors import DatabaseError, first_line
from jobdb.rights import ALL, RIGHTS
from jobdb.secret import secret

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

Granted = dict[tuple[str, str], set[str]]
LETTERS = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}


@dataclass(frozen=True, slots=True)
class Role:
    """An account: its name behind the prefix, the setting of its password, what it may do with the database."""

    kind: str
    setting: str
    database: str


ROLES = (
    Role("crawler", setting="JOB_CRAWLER_PASSWORD", database="CONNECT, TEMPORARY"),
    Role("mailer", setting="JOB_MAILER_PASSWORD", database="CONNECT, TEMPORARY"),
    Role("reader", setting="JOB_READER_PASSWORD", database="CONNECT"),
)
REMEDY = "run this as the account that owns the tables, with CREATEROLE"
FOREIGN = """
    SELECT relname, relowner::regrole FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT pg_has_role(relowner, 'USAGE') LIMIT 1
"""
SEQUENCES = """
    SELECT table_name::text, pg_get_serial_sequence(table_name, column_name) FROM information_schema.columns
    WHERE table_schema = 'public' AND is_identity = 'YES'
"""
GRANTED = """
    SELECT rolname, relname, privilege_type FROM pg_class, aclexplode(relacl) JOIN pg_roles ON pg_roles.oid = grantee
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    UNION ALL
    SELECT rolname, relname, format('%s (%s)', privilege_type, string_agg(attname, ', ' ORDER BY attnum))
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid, aclexplode(attacl)
    JOIN pg_roles ON pg_roles.oid = grantee
    WHERE relnamespace = 'public'::regnamespace GROUP BY rolname, relname, privilege_type
"""


def mend_roles(database: "connection", prefix: str = "job_", read: Callable[[str], str] = secret) -> list[str]:
    """Make the accounts that are missing, give each exactly its rights, and return a line for each change.

    A password is set where `read` knows one, and lets its account log in. One transaction: all or nothing.
    Raises DatabaseError when the connection's account does not own the tables or may not make accounts.
    """
    try:
        with database, database.cursor() as on:
            _refuse_strangers(on)
            before = _granted(on, prefix)
            lines = [line for role in ROLES for line in _mend(on, prefix + role.kind, role, read(role.setting))]
            on.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
            return lines + list(_differences(before, _granted(on, prefix)))
    except errors.InsufficientPrivilege as error:
        raise DatabaseError(f"{first_line(error)}; {REMEDY}") from None


def _refuse_strangers(on: "cursor") -> None:
    """Raise DatabaseError unless the tables are ours: for others a GRANT may do nothing and only warn."""
    on.execute(FOREIGN)
    if row := on.fetchone():
        raise DatabaseError(f"table {row[0]} belongs to {row[1]}; {REMEDY}")


def _mend(on: "cursor", name: str, role: Role, password: str) -> Iterator[str]:
    on.execute("SELECT rolsuper OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = %s", (name,))
    found = on.fetchone()
    if found is None:
        on.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(name)))
        yield f"{name}: made"
    elif found == (True,):
        raise DatabaseError(
            f"{name} may do more than any right takes away; drop that account, or make it an ordinary one"
        )
    for statement in _statements(on, role):
        on.execute(statement.format(role=sql.Identifier(name)))
    if password:
        _let_in(on, name, password)
        yield f"{name}: may log in with the password of {role.setting}"


def _let_in(on: "cursor", name: str, password: str) -> None:
    """Set a password as its SCRAM verifier: the server's log of statements never holds the password itself."""
    verifier = encrypt_password(password, name, on.connection, "scram-sha-256")
    on.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD %s").format(sql.Identifier(name)), (verifier,))


def _statements(on: "cursor", role: Role) -> Iterator[sql.SQL]:
    """Yield the statements after which an account has exactly its rights; {role} stands for its name."""
    on.execute("SELECT quote_ident(current_database())")
    (database,) = on.fetchone() or ("",)
    yield sql.SQL(f"REVOKE ALL ON DATABASE {database} FROM {{role}}, PUBLIC")
    yield sql.SQL(f"GRANT {role.database} ON DATABASE {database} TO {{role}}")
    yield sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
    yield sql.SQL("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}")
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {role}")
    granted = grants(role.kind)
    for table, rights in granted.items():
        yield sql.SQL(f"GRANT {rights} ON {table} TO {{role}}")
    for table, sequence in _sequences(on):  # pg_dump reads them; `nextval` is called by name for some inserts
        if table in granted:
            use = "SELECT, USAGE" if "INSERT" in granted[table] else "SELECT"
            yield sql.SQL(f"GRANT {use} ON SEQUENCE {sequence} TO {{role}}")


def _sequences(on: "cursor") -> list[tuple[str, ...]]:
    """Return (table, sequence) of every identity column."""
    on.execute(SEQUENCES)
    return on.fetchall()


def grants(kind: str) -> dict[str, str]:
    """Return table -> privileges of a kind of account, as GRANT takes them."""
    if kind == "reader":
        return {
            table: "SELECT" if rights.seen == ALL else f"SELECT ({', '.join(rights.seen)})"
            for table, rights in RIGHTS.items()
            if rights.seen
        }
    letters = {table: rights.crawler if kind == "crawler" else rights.mailer for table, rights in RIGHTS.items()}
    return {table: ", ".join(LETTERS[letter] for letter in word) for table, word in letters.items() if word}


def _granted(on: "cursor", prefix: str) -> Granted:
    """Return (account, table) -> privileges, with their columns where they are not on all of them."""
    on.execute(GRANTED)
    found: Granted = defaultdict(set)
    names = {prefix + role.kind for role in ROLES}
    for account, table, privilege in on.fetchall():
        if account in names:
            found[account, table].add(privilege)
    return found


def _differences(before: Granted, after: Granted) -> Iterator[str]:
    """Yield a line for each account and set of privileges that tables have gained or lost."""
    for word, here, there in (("now", after, before), ("no longer", before, after)):
        tables: dict[tuple[str, str], list[str]] = defaultdict(list)
        for (account, table), privileges in sorted(here.items()):
            if gained := privileges - there.get((account, table), set()):
                tables[account, ", ".join(sorted(gained))].append(table)
        for (account, changes), names in tables.items():
            yield f"{account}: {word} {changes} on {', '.join(names)}"
