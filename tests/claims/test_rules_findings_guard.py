"""The accused was asked before a weighty finding; nothing but a decision moves the finding of a record."""

import pytest
from django.db import connection
from psycopg.errors import CheckViolation, InsufficientPrivilege

from claims.models import Decision, Incident, MediaItem, Statement
from claims.models.comment_request import CONCLUDED, RequestOutcome
from tests.factories import (
    AffiliationFactory,
    AssessmentFactory,
    CommentRequestFactory,
    DecisionFactory,
    EvidenceFactory,
    IncidentFactory,
    MediaItemFactory,
    PartyFactory,
    RequestEventFactory,
    StatementFactory,
    analyst,
    approve_finding,
)
from tests.refusals import as_role, refused_by, refused_with, taken_back

SUBJECTS = [StatementFactory, IncidentFactory, MediaItemFactory]


def _proposal(subject, finding):
    approve_finding(subject, "in_progress")
    proposal = AssessmentFactory(subject=subject, finding=finding)
    for _ in range(2):
        EvidenceFactory(assessment=proposal)
    return proposal


@pytest.mark.django_db
@pytest.mark.parametrize("finding", ["verified", "refuted"])
@pytest.mark.parametrize("of_incident", [False, True], ids=["statement", "incident"])
class TestTheAccusedWasAsked:
    @pytest.fixture
    def accused(self):
        return PartyFactory()

    @pytest.fixture
    def incident(self):
        return IncidentFactory()

    @pytest.fixture
    def proposal(self, finding, of_incident, accused, incident):
        allegation = StatementFactory(accused=[accused], incident=incident)
        return _proposal(incident if of_incident else allegation, finding)

    def refuse(self, proposal):
        with refused_by("decision_accused_was_asked"):
            DecisionFactory(assessment=proposal)

    def test_nobody_asked(self, proposal):
        self.refuse(proposal)

    def test_a_request_without_an_outcome_is_not_enough(self, proposal, accused, incident):
        CommentRequestFactory(party=accused, incident=incident)
        self.refuse(proposal)

    def test_which_outcomes_count(self, proposal, accused, incident):
        asked = CommentRequestFactory(party=accused, incident=incident)
        for outcome in RequestOutcome.values:
            with taken_back():
                RequestEventFactory(request=asked, outcome=outcome)
                if outcome in CONCLUDED:
                    DecisionFactory(assessment=proposal)
                else:
                    self.refuse(proposal)

    def test_not_sought_with_a_reason_counts(self, proposal, accused, incident):
        CommentRequestFactory(party=accused, incident=incident, state="not_sought", not_sought_reason="it spoke")
        DecisionFactory(assessment=proposal)

    def test_a_request_about_another_incident_or_to_another_party_does_not_count(self, proposal, accused, incident):
        RequestEventFactory(request=CommentRequestFactory(party=accused), outcome="declined")
        RequestEventFactory(request=CommentRequestFactory(incident=incident), outcome="declined")
        self.refuse(proposal)

    def test_an_outcome_that_was_taken_back_counts_for_nothing(self, proposal, accused, incident):
        asked = CommentRequestFactory(party=accused, incident=incident)
        mistaken = RequestEventFactory(request=asked, outcome="declined")
        RequestEventFactory(request=asked, outcome="declined", takes_back=mistaken)
        self.refuse(proposal)

    @pytest.mark.parametrize("upwards", [True, False])
    def test_asking_who_acts_for_it_counts(self, proposal, accused, incident, upwards):
        other = PartyFactory()
        AffiliationFactory(**({"party": accused, "body": other} if upwards else {"party": other, "body": accused}))
        RequestEventFactory(request=CommentRequestFactory(party=other, incident=incident), outcome="declined")
        DecisionFactory(assessment=proposal)


@pytest.mark.django_db
def test_every_accused_party_has_to_be_asked():
    first, second, incident = PartyFactory(), PartyFactory(), IncidentFactory()
    proposal = _proposal(StatementFactory(accused=[first, second], incident=incident), "verified")
    RequestEventFactory(request=CommentRequestFactory(party=first, incident=incident), outcome="declined")
    with refused_by("decision_accused_was_asked"):
        DecisionFactory(assessment=proposal)
    RequestEventFactory(request=CommentRequestFactory(party=second, incident=incident), outcome="declined")
    DecisionFactory(assessment=proposal)


@pytest.mark.django_db
def test_a_lesser_finding_needs_no_request():
    DecisionFactory(assessment=_proposal(StatementFactory(), "corroborated"))


# --- Nothing but a decision moves a finding.

COLUMNS = [
    {"finding": "verified"},
    {"stage": "in_progress"},
    {"under_review_since": "2022-04-03T00:00Z"},
    {"under_review_reason": "a whim"},
]


@pytest.mark.django_db
@pytest.mark.parametrize("make", SUBJECTS)
@pytest.mark.parametrize("columns", COLUMNS, ids=lambda columns: next(iter(columns)))
def test_no_update_moves_a_finding(make, columns):
    subject = make()
    with refused_with("a finding changes by a decision only", InsufficientPrivilege):
        type(subject).objects.filter(pk=subject.pk).update(**columns)


@pytest.mark.django_db
@pytest.mark.parametrize("make", SUBJECTS)
def test_no_update_changes_which_assessment_stands(make):
    subject = make()
    approve_finding(subject, "corroborated")
    other = AssessmentFactory(subject=subject, finding="contradicted")
    for columns in ({"standing": other}, {"standing": None, "finding": "unverified", "stage": "unverified"}):
        with refused_with("a finding changes by a decision only", InsufficientPrivilege):
            type(subject).objects.filter(pk=subject.pk).update(**columns)


@pytest.mark.django_db
@pytest.mark.parametrize("make", SUBJECTS)
@pytest.mark.parametrize("columns", COLUMNS[:3], ids=lambda columns: next(iter(columns)))
def test_no_record_is_born_with_a_finding(make, columns):
    with refused_with("a new record is not yet assessed", InsufficientPrivilege):
        make(**columns)


@pytest.mark.django_db
@pytest.mark.parametrize("make", SUBJECTS)
def test_a_trigger_on_a_table_of_ones_own_moves_no_finding(make):
    """Anyone may make a temporary table with a trigger; being inside a trigger is no proof of a decision."""
    subject = make()
    table = connection.ops.quote_name(subject._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE lever (id uuid) ON COMMIT DROP")
        cursor.execute(
            "CREATE FUNCTION pg_temp.pull() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN UPDATE {table} SET stage = 'in_progress' WHERE id = NEW.id; RETURN NULL; END $$"
        )
        cursor.execute("CREATE TRIGGER pull AFTER INSERT ON lever FOR EACH ROW EXECUTE FUNCTION pg_temp.pull()")
        with refused_with("a finding changes by a decision only", InsufficientPrivilege):
            cursor.execute("INSERT INTO lever VALUES (%s)", [subject.pk])


@pytest.mark.django_db
def test_tables_of_ones_own_do_not_stand_in_for_the_real_ones():
    """A temporary table hides a real one of its name from every query that does not say otherwise."""
    person = analyst()
    proposal = AssessmentFactory(finding="not_checkable")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE harmtracker_user ON COMMIT DROP AS"
            " SELECT id, 'editor'::varchar AS role, true AS is_active FROM public.harmtracker_user"
        )
        with refused_by("decision_by_editor"):
            Decision.objects.bulk_create([Decision(assessment=proposal, kind="approve", decided_by=person)])


@pytest.mark.django_db
def test_every_function_of_the_rules_looks_into_temporary_tables_last():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname ~ %s"
            " AND prosrc ~* '(from|join|update|into)\\s+(claims|sources|harmtracker)_'"
            " AND coalesce(array_to_string(proconfig, ','), '') !~ 'search_path=pg_catalog, public, pg_temp'",
            ["^(claims|sources|harmtracker)_"],
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_other_columns_of_an_assessed_record_can_change():
    subject = StatementFactory()
    approve_finding(subject, "corroborated")
    assert Statement.objects.filter(pk=subject.pk).update(workflow="in_review", finding="corroborated") == 1


# What not even a trigger could write: asked with the triggers off, which only a superuser can do.
TABLES = {"statement": Statement, "incident": Incident, "media_item": MediaItem}
IMPOSSIBLE = [
    (f"{table}_{rule}", model, columns)
    for table, model in TABLES.items()
    for rule, columns in [
        ("finding_known", "finding = 'true'"),
        ("stage_known", "stage = 'done'"),
        ("conclusion_has_assessment", "finding = 'verified'"),
        ("conclusion_has_assessment", "standing_id = gen_random_uuid()"),
    ]
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("rule", "model", "columns"), IMPOSSIBLE, ids=lambda part: str(part)[:40])
def test_the_finding_columns_agree_with_one_another(rule, model, columns):
    {Statement: StatementFactory, Incident: IncidentFactory, MediaItem: MediaItemFactory}[model]()
    with as_role("postgres") as server, pytest.raises(CheckViolation) as caught:
        server.execute("SET session_replication_role = replica")
        server.execute(f"UPDATE {connection.ops.quote_name(model._meta.db_table)} SET {columns}")
    assert caught.value.diag.constraint_name == rule


@pytest.mark.django_db
def test_no_table_of_ones_own_stands_in_for_the_decisions():
    """What moves a finding works with the owner's rights: named in a trigger elsewhere it would ask for no decision."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE forged (LIKE claims_decision)")
        with refused_with("permission denied for function claims_move_subject", InsufficientPrivilege):
            cursor.execute(
                "CREATE TRIGGER moves AFTER INSERT ON forged FOR EACH ROW EXECUTE FUNCTION claims_move_subject()"
            )
        cursor.execute("SELECT proname FROM pg_proc WHERE prosecdef AND has_function_privilege(oid, 'EXECUTE')")
        assert cursor.fetchall() == [], "works with the rights of another, for whoever calls it"


@pytest.mark.django_db
def test_what_was_decided_on_gets_no_more_evidence():
    proposal = _proposal(StatementFactory(), "corroborated")
    DecisionFactory(assessment=proposal)
    with refused_by("evidence_before_decision"):
        EvidenceFactory(assessment=proposal)


@pytest.mark.django_db
def test_an_outcome_is_taken_back_once():
    mistaken = RequestEventFactory(outcome="declined")
    told = {"request": mistaken.request, "outcome": "declined", "takes_back": mistaken}
    RequestEventFactory(**told)
    with refused_by("claims_commentrequestevent_takes_back_id_key"):
        RequestEventFactory(**told)
