"""How PostgreSQL goes about what is asked of a million records: the same on an idle machine and on a busy one."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from claims.api.ready import Stretch, not_ready, tallied
from claims.api.tokens import caller_with
from claims.models import PartnerToken
from tests.api.conftest import released_statement

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(calling):
    calling("AMBER", "bulk:read")
    return caller_with(PartnerToken.objects.select_related("partner").get())


@pytest.fixture
def stretch():
    first, last = sorted(released_statement(kind="testimony").pk for _each in range(2))
    return Stretch(first, last)


def plan_of(ask, *settings):
    """The plan of the question that ``ask`` puts, under the settings it puts it with and these."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    said = [each["sql"] for each in asked.captured_queries]
    (question,) = (sql for sql in said if sql.startswith("SELECT"))
    with transaction.atomic(), connection.cursor() as cursor:
        for setting in [*(sql for sql in said if sql.startswith("SET LOCAL")), *settings]:
            cursor.execute(setting)
        cursor.execute(f"EXPLAIN {question}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize(
    "ask",
    [
        lambda reader, stretch: not_ready("statement", reader, stretch),
        lambda reader, stretch: tallied("statement", reader, stretch, 1),
    ],
    ids=["what is not ready", "counts"],
)
def test_what_is_asked_of_a_stretch_reads_each_table_once_and_only_there(reader, stretch, ask):
    plan = plan_of(lambda: ask(reader, stretch))
    assert "Nested Loop" not in plan
    scans = [part for part in plan.split("->") if " on claims_" in part]
    assert {"claims_change", "claims_readydocument"} <= {part.split(" on ")[1].split()[0] for part in scans}
    for scan in scans:
        assert str(stretch.after) in scan, plan
        assert str(stretch.last) in scan, plan


def test_changes_of_a_stretch_are_found_by_the_keys_of_their_kind(reader, stretch):
    by_index = ("SET LOCAL enable_seqscan = off", "SET LOCAL enable_bitmapscan = off")
    assert "change_newest_of_kind" in plan_of(lambda: not_ready("statement", reader, stretch), *by_index)
