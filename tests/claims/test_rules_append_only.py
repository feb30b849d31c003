"""Tables that only grow refuse every change, to every role, whether or not it touches a row."""

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, RestrictViolation

from claims.models import (
    CommentRequest,
    Figure,
    Incident,
    Link,
    MediaItem,
    OutsideNote,
    Place,
    PublishedRecord,
    Rendering,
    Statement,
)
from sources.models import Party, Source
from tests.factories import (
    CommentRequestFactory,
    FigureFactory,
    IncidentFactory,
    LinkFactory,
    MediaItemFactory,
    OutsideNoteFactory,
    PartyFactory,
    PlaceFactory,
    RenderingFactory,
    SourceFactory,
    StatementFactory,
    publish,
)
from tests.refusals import as_role, refused_with

# Models whose docstring promises it; the database has to keep each promise.
PROMISED = sorted(
    model._meta.db_table
    for app in ("harmtracker", "sources", "claims")
    for model in apps.get_app_config(app).get_models()
    if "append-only" in model.__doc__.lower()
)
NAMED = [
    "claims_assessment", "claims_change", "claims_commentrequestevent", "claims_decision", "claims_evidence",
    "claims_merge", "claims_partnerread", "claims_quotecheck", "claims_release", "claims_releaseddocument",
    "claims_releasewithdrawal", "harmtracker_auditevent", "harmtracker_jobstep", "sources_capturecomparison",
    "sources_citation", "sources_manifest", "sources_renderedpage", "sources_timestamp", "sources_timestampleaf",
]  # fmt: skip
NEVER_EMPTIED = ["sources_blob", "sources_capture"]
NEVER_DELETED = {
    "claims_rendering": (RenderingFactory, Rendering),
    "claims_link": (LinkFactory, Link),
    "claims_figure": (FigureFactory, Figure),
    "claims_outsidenote": (OutsideNoteFactory, OutsideNote),
    "claims_incident": (IncidentFactory, Incident),
    "claims_statement": (StatementFactory, Statement),
    "claims_mediaitem": (MediaItemFactory, MediaItem),
    "claims_commentrequest": (CommentRequestFactory, CommentRequest),
    "claims_place": (PlaceFactory, Place),
    "sources_party": (PartyFactory, Party),
    "sources_source": (SourceFactory, Source),
    "claims_publishedrecord": (lambda: publish(IncidentFactory(workflow="approved")), PublishedRecord),
}
CHANGES = {
    "update": "UPDATE {} SET {} = {} WHERE false",
    "delete": "DELETE FROM {} WHERE false",
    "empty": "TRUNCATE {} CASCADE",
}


def _key(table: str) -> list[str]:
    models = {model._meta.db_table: model for model in apps.get_models()}
    return [field.column for field in models[table]._meta.pk_fields]


def _asking(change: str, table: str) -> sql.Composed:
    column = sql.Identifier(_key(table)[0])
    return sql.SQL(CHANGES[change]).format(sql.Identifier(table), column, column)


def test_the_list_is_complete():
    assert set(PROMISED) <= set(NAMED)


def test_every_table_with_the_trigger_is_listed(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only'")
        assert sorted(row[0] for row in cursor.fetchall()) == NAMED


@pytest.mark.django_db
@pytest.mark.parametrize("table", NAMED)
@pytest.mark.parametrize("change", CHANGES)
def test_the_product_may_not_even_ask(table, change):
    """The role web and worker connect as lacks the privilege; the trigger is behind that."""
    with refused_with("permission denied", InsufficientPrivilege), connection.cursor() as cursor:
        cursor.execute(_asking(change, table))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["owner", "postgres"])
@pytest.mark.parametrize("table", NAMED)
def test_the_owner_and_a_superuser_are_refused_as_well(table, role):
    with as_role(role) as server:
        for change in CHANGES:
            refuse(server, _asking(change, table))


def refuse(server: psycopg.Connection, asking: sql.Composed) -> None:
    with pytest.raises(RestrictViolation, match="only grows"):
        server.execute(asking)


@pytest.mark.django_db
@pytest.mark.parametrize("table", NAMED)
def test_a_merge_or_an_upsert_is_a_change(table):
    """Both ways round the word UPDATE; on conflict needs the privilege, and the trigger fires with no row at all."""
    key = _key(table)
    on = ", ".join(key)
    same = " AND ".join(f"own.{column} = new.{column}" for column in key)
    for statement in (
        f"MERGE INTO {table} own USING (SELECT * FROM {table}) new ON {same} WHEN MATCHED THEN DELETE",
        (
            f"INSERT INTO {table} SELECT * FROM {table} WHERE false "
            f"ON CONFLICT ({on}) DO UPDATE SET {key[0]} = excluded.{key[0]}"
        ),
    ):
        with refused_with("permission denied", InsufficientPrivilege), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["owner", "postgres"])
@pytest.mark.parametrize("table", [*NEVER_EMPTIED, *NEVER_DELETED])
def test_tables_that_are_never_emptied(table, role):
    with as_role(role) as server:
        refuse(server, sql.SQL(CHANGES["empty"]).format(sql.Identifier(table)))


@pytest.mark.django_db
@pytest.mark.parametrize("table", NEVER_DELETED)
def test_what_is_withdrawn_or_removed_is_never_deleted(table):
    make, model = NEVER_DELETED[table]
    row = make()
    with refused_with("only grows: DELETE refused"):
        model.objects.filter(pk=row.pk)._raw_delete("default")


@pytest.mark.django_db
def test_the_product_can_switch_no_trigger_off():
    for statement in (
        "ALTER TABLE claims_decision DISABLE TRIGGER ALL",
        "DROP TRIGGER append_only ON claims_decision",
        "DROP FUNCTION harmtracker_refuse_change() CASCADE",
        "CREATE OR REPLACE FUNCTION harmtracker_refuse_change() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
        "SET session_replication_role = replica",
        "SET ROLE owner",
        "CREATE TABLE public.claims_own (id int)",
    ):
        with refused_with("", InsufficientPrivilege), connection.cursor() as cursor:
            cursor.execute(statement)
