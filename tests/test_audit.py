"""The audit chain: nobody can forge, fork, rearrange or drop an event, and no event exists without its change."""

import hashlib
import json
import threading
import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from psycopg.errors import InsufficientPrivilege, RestrictViolation, UniqueViolation

from harmtracker import audit
from harmtracker.markings import WITHHOLDING, Flag
from harmtracker.models import AuditEvent
from tests.factories import IncidentFactory, PartyFactory, analyst
from tests.refusals import as_role, refused_with

PLAIN_INSERT = (
    "INSERT INTO harmtracker_auditevent (id, actor_name, verb, subject_type, subject_ref, changes, reason, about)"
    " SELECT gen_random_uuid(), '', 'v', 't', '', '{{}}', '', '{{}}' FROM generate_series(1, {})"
)


def _event(**fields):
    return AuditEvent(**({"actor_name": "Олена", "verb": "party.edited", "subject_type": "sources.party"} | fields))


def _python_hash(event):
    """What the model's docstring says, worked out from the row alone: a partner could do the same."""
    fields = [
        event.sequence, event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), str(event.id),
        str(event.actor_id) if event.actor_id else None, event.actor_name, event.verb, event.subject_type,
        str(event.subject_id) if event.subject_id else None, event.subject_ref, event.changes, event.reason,
        [str(each) for each in event.about],
    ]  # fmt: skip
    text = json.dumps(fields, ensure_ascii=False, separators=(", ", ": "))
    return hashlib.sha256(bytes(event.previous) + text.encode()).digest()


def assert_unbroken(count):
    events = list(AuditEvent.objects.order_by("sequence"))
    assert [event.sequence for event in events] == list(range(1, count + 1))
    previous = b""
    for event in events:
        assert bytes(event.previous) == previous
        assert bytes(event.hash) == _python_hash(event)
        previous = bytes(event.hash)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM harmtracker_auditevent e WHERE hash <> harmtracker_audit_hash(previous, e)"
        )
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
class TestTheChain:
    def test_links_single_and_bulk_inserts_without_a_gap(self):
        _event().save()
        AuditEvent.objects.bulk_create([_event(reason=str(n)) for n in range(5)])
        with connection.cursor() as cursor:
            cursor.execute(PLAIN_INSERT.format(3))
        assert_unbroken(9)

    @pytest.mark.parametrize(
        "fields",
        [
            {"changes": {"title": ["Bucha", 'Буча "and" \\ 😶\n\t'], "b": [None, True], "aa": [1, -2.5]}},
            {"reason": "line\nline\r\x01\x7f  "},
            {"actor_id": uuid.uuid4(), "subject_id": uuid.uuid4(), "about": [uuid.uuid4(), uuid.uuid4()]},
            {"changes": {"nested": [{"z": 1, "a": [[]]}, {}]}},
        ],
        ids=["words", "control characters", "keys", "nested"],
    )
    def test_can_be_recomputed_outside_the_database(self, fields):
        _event(**fields).save()
        assert_unbroken(1)

    def test_overwrites_whatever_the_insert_claimed(self):
        past = datetime(2001, 1, 1, tzinfo=UTC)
        _event().save()
        forged = _event(sequence=77, at=past, previous=b"forged", hash=b"forged")
        forged.save(force_insert=True)
        AuditEvent.objects.bulk_create([_event(sequence=1, at=past, hash=b"x")])
        assert_unbroken(3)
        assert not AuditEvent.objects.filter(at__year=2001).exists()

    def test_overwrites_what_comes_by_copy(self):
        with connection.cursor() as cursor:
            columns = "id, sequence, hash, actor_name, verb, subject_type, subject_ref, changes, reason, about"
            copying = f"COPY harmtracker_auditevent ({columns}) FROM STDIN"
            with cursor.copy(copying) as copy:
                copy.write_row([uuid.uuid4(), 40, b"forged", "", "v", "t", "", "{}", "", []])
        assert_unbroken(1)

    def test_time_does_not_depend_on_the_zone_of_the_session(self):
        _event().save()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL TimeZone = 'Asia/Kathmandu'")
            cursor.execute("SET LOCAL DateStyle = 'German'")
            cursor.execute(PLAIN_INSERT.format(1))
            cursor.execute("SELECT bool_and(hash = harmtracker_audit_hash(previous, e)) FROM harmtracker_auditevent e")
            assert cursor.fetchone() == (True,)
            cursor.execute("SET LOCAL TimeZone = 'UTC'")
            cursor.execute("SET LOCAL DateStyle = 'ISO'")
        assert_unbroken(2)

    def test_has_each_key_once(self):
        first = _event()
        first.save()
        with refused_with("harmtracker_auditevent_pkey", UniqueViolation):
            _event(id=first.id).save(force_insert=True)

    @pytest.mark.parametrize("verb", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
    def test_never_changes_for_the_product(self, verb):
        _event().save()
        with refused_with("permission denied", InsufficientPrivilege), connection.cursor() as cursor:
            cursor.execute(verb.format("harmtracker_auditevent"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["owner", "postgres"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_never_changes_for_the_owner_or_a_superuser(role, verb):
    _event().save()
    with as_role(role) as server, pytest.raises(RestrictViolation, match="only grows"):
        server.execute(verb.format("harmtracker_auditevent"))
    assert_unbroken(1)


@pytest.mark.django_db(transaction=True)
def test_even_with_its_triggers_off_no_number_is_given_twice():
    _event().save()
    with as_role("postgres") as server, pytest.raises(UniqueViolation) as caught:
        server.execute("SET session_replication_role = replica")
        server.execute(
            "INSERT INTO harmtracker_auditevent SELECT gen_random_uuid(), sequence, at, previous, hash, actor_id,"
            " actor_name, verb, subject_type, subject_id, subject_ref, changes, reason, about"
            " FROM harmtracker_auditevent"
        )
    assert caught.value.diag.constraint_name == "harmtracker_auditevent_sequence_key"


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_make_no_fork_and_no_gap():
    """Each writer commits, and rolls back now and then."""
    problems = []

    def write(name):
        try:
            for turn in range(6):
                with transaction.atomic():
                    AuditEvent.objects.bulk_create([_event(actor_name=name, reason=f"{turn}.{n}") for n in range(2)])
                    transaction.set_rollback(turn % 3 == 2)
        except Exception as problem:  # noqa: BLE001  # a thread's problem is the test's
            problems.append(problem)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(f"writer {n}",)) for n in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert problems == []
    assert_unbroken(8 * 4 * 2)


@pytest.mark.django_db(transaction=True)
def test_the_second_writer_waits_for_the_first():
    done = threading.Event()

    def write():
        _event(reason="second").save()
        connection.close()
        done.set()

    with transaction.atomic():
        _event(reason="first").save()
        second = threading.Thread(target=write)
        second.start()
        assert not done.wait(0.3)
    second.join(60)
    assert list(AuditEvent.objects.order_by("sequence").values_list("reason", flat=True)) == ["first", "second"]
    assert_unbroken(2)


@pytest.mark.django_db
class TestRecording:
    def test_writes_who_what_and_why(self):
        person, party, incident = analyst(), PartyFactory(), IncidentFactory()
        with audit.recording():
            audit.record("party.edited", subject=party, by=person, changes={"name": ["A", "B"]}, reason="typo",
                         about=[incident.pk, incident.pk])  # fmt: skip
            assert not AuditEvent.objects.exists()  # the chain is locked as late as can be
        event = AuditEvent.objects.get()
        assert (event.actor_id, event.actor_name, event.verb) == (person.pk, str(person), "party.edited")
        assert (event.subject_type, event.subject_id, event.subject_ref) == ("sources.party", party.pk, party.ref)
        assert (event.changes, event.reason, event.about) == ({"name": ["A", "B"]}, "typo", [incident.pk])

    def test_the_system_itself_has_no_name(self):
        with audit.recording():
            audit.record("party.checked", subject=PartyFactory(), by=None)
        event = AuditEvent.objects.get()
        assert (event.actor_id, event.actor_name) == (None, "")

    def test_keeps_the_order_and_joins_the_outer_one_when_nested(self):
        party, person = PartyFactory(), analyst()
        with audit.recording():
            audit.record("a.one", subject=party, by=person)
            with audit.recording():
                audit.record("a.two", subject=party, by=person)
            assert not AuditEvent.objects.exists()
            audit.record("a.three", subject=party, by=person)
        assert list(AuditEvent.objects.order_by("sequence").values_list("verb", flat=True)) == [
            "a.one", "a.two", "a.three",
        ]  # fmt: skip

    def test_leaves_neither_change_nor_event_when_it_fails(self):
        person = analyst()
        with pytest.raises(ZeroDivisionError), audit.recording():
            party = PartyFactory(name="Gone")
            audit.record("party.created", subject=party, by=person)
            raise ZeroDivisionError
        assert not AuditEvent.objects.exists()
        assert not type(party).objects.filter(name="Gone").exists()

    def test_a_failed_inner_one_takes_its_events_along(self):
        """The change was rolled back to the savepoint; an event of it would tell of what never happened."""
        person, party = analyst(), PartyFactory()
        with audit.recording():
            audit.record("a.kept", subject=party, by=person)
            with pytest.raises(ZeroDivisionError), audit.recording():
                audit.record("a.undone", subject=party, by=person)
                raise ZeroDivisionError
        assert list(AuditEvent.objects.values_list("verb", flat=True)) == ["a.kept"]

    def test_the_next_one_starts_empty_after_a_failure(self):
        person, party = analyst(), PartyFactory()
        with pytest.raises(ZeroDivisionError), audit.recording():
            audit.record("a.undone", subject=party, by=person)
            raise ZeroDivisionError
        with audit.recording():
            audit.record("a.kept", subject=party, by=person)
        assert AuditEvent.objects.get().verb == "a.kept"

    def test_the_change_fails_with_its_event(self):
        """An event that cannot be written takes the change back with it."""
        with pytest.raises(Exception, match="too long"), audit.recording():
            party = PartyFactory(name="Gone")
            audit.record("x" * 61, subject=party, by=None)
        assert not type(party).objects.filter(name="Gone").exists()

    def test_refuses_outside(self):
        with pytest.raises(RuntimeError, match="outside"):
            audit.record("party.edited", subject=PartyFactory(), by=None)

    @pytest.mark.parametrize("flag", Flag.values)
    def test_values_of_withheld_records_appear_only_as_digests(self, flag):
        until = datetime(2030, 1, 1, tzinfo=UTC) if flag == Flag.EMBARGO else None
        party = PartyFactory(handling=[flag], embargo_until=until)
        with audit.recording():
            audit.record("party.edited", subject=party, by=None, changes={"name": ["Secret name", "Secret name"]})
        before, after = AuditEvent.objects.get().changes["name"]
        assert before == after  # equality can be told
        assert (before == "Secret name") is (flag not in WITHHOLDING)
        assert before.startswith("hmac:") is (flag in WITHHOLDING)

    def test_digests_differ_by_value_and_by_installation(self, settings):
        party = PartyFactory(handling=["minor"])

        def digest(value):
            with audit.recording():
                audit.record("party.edited", subject=party, by=None, changes={"name": [None, value]})
            return AuditEvent.objects.first().changes["name"][1]

        first = digest("A")
        assert first != digest("B")
        settings.SECRET_KEY = "another installation"
        assert first != digest("A")
