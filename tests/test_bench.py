"""The generator of invented records: the rules of the database hold in them, and a seed gives the same rows again."""

import pytest
from django.db import connection

from bench.batch import TABLES
from bench.later import go_on
from bench.loading import load
from tests.databases import superuser

STATEMENTS = 1000
# The chain writes its own time and hash.
LINKED_BY_TRIGGER = {"harmtracker_auditevent"}


@pytest.fixture
def empty(db):
    """A superuser's transaction in the test database, undone at the end."""
    with superuser(connection.settings_dict["NAME"]) as server:
        server.autocommit = False
        yield server
        server.rollback()


def rows_of_every_table(server) -> dict[str, tuple[int, str]]:
    """How many rows each table has, and a digest of all their columns."""
    found = {}
    for table in {table.name for table in TABLES.values()} - LINKED_BY_TRIGGER:
        query = f"SELECT count(*), md5(string_agg(md5(t::text), '' ORDER BY t::text)) FROM {table} t"
        found[table] = server.execute(query).fetchone()
    return found


def loaded(server, *, seed: int = 1, checked: bool = False) -> dict[str, tuple[int, str]]:
    with server.transaction(force_rollback=True):
        load(server, STATEMENTS, seed, checked=checked)
        server.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return rows_of_every_table(server)


def test_every_trigger_and_key_accepts_what_the_quick_way_writes(empty) -> None:
    """With all rules awake each row is accepted, and the decisions lead to the findings the quick way wrote."""
    checked = loaded(empty, checked=True)
    assert checked == loaded(empty)
    assert checked["claims_statement"][0] == STATEMENTS
    for table, (count, _digest) in checked.items():
        assert count, f"{table} is empty"


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(empty) -> None:
    first = loaded(empty, seed=1)
    assert loaded(empty, seed=1) == first
    other = loaded(empty, seed=2)
    assert other["claims_statement"] != first["claims_statement"]


def test_all_kinds_links_findings_and_languages_occur(empty) -> None:
    with empty.transaction(force_rollback=True):
        load(empty, STATEMENTS, 1)

        def codes(column: str, table: str) -> set[str]:
            return {row[0] for row in empty.execute(f"SELECT DISTINCT {column} FROM {table}")}

        assert len(codes("kind", "claims_statement")) == 19
        assert len(codes("type", "claims_link")) == 12
        assert codes("lang", "claims_rendering") == {"en", "uk", "ru"}
        assert codes("finding", "claims_statement") >= {"verified", "refuted", "could_not_confirm", "withdrawn"}
        (most, least) = empty.execute(
            "SELECT max(n), min(n) FROM (SELECT count(*) n FROM claims_statement GROUP BY party_id) parties"
        ).fetchone()
        assert most > 10 * least
        # What came later, written with every trigger awake; a second time there is nothing left to write.
        empty.execute("SET session_replication_role = origin")
        assert "0 later captures" not in go_on(empty)
        assert go_on(empty).startswith("0 later captures, 0 quotations looked for again, 0 open")
        assert codes("outcome", "claims_quotecheck") == {"exact", "edited"}
