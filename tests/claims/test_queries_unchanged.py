"""What is kept of a long incident is told anew after every act that touches it, and after no other."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.actions.comment_request import log_request
from claims.actions.figure import FigureFields, add_figure, withdraw_figure
from claims.actions.link import link_statements, remove_link
from claims.actions.marking import change_marking
from claims.actions.party import affiliate, edit_party
from claims.actions.remark import make_remark
from claims.actions.statement import set_lifecycle, withdraw_rendering
from claims.actions.statement_incidents import add_incident, remove_incident
from claims.models import Figure, Link
from claims.queries import arranged as working_out
from claims.queries.arranged import arranged_for
from claims.queries.outline import outlined, read_outline
from harmtracker.models import AuditEvent
from tests.factories import (
    IncidentFactory,
    PartyFactory,
    RenderingFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    editor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(monkeypatch):
    """An incident that is kept, and another one; ``afar`` is said about the other only."""
    monkeypatch.setattr(working_out, "LONG", 0)
    here, there, ministry = IncidentFactory(), IncidentFactory(), PartyFactory(name="Ministry of War")
    claim = StatementFactory(incident=here, accused=[ministry], responsibility_position="denies_act")
    denial = StatementFactory(kind="denial", incident=here, party=ministry)
    afar = StatementFactory(kind="denial", incident=there, party=ministry)
    return SimpleNamespace(
        here=here, there=there, ministry=ministry, claim=claim, denial=denial, afar=afar, by=editor(),
        team=TeamFactory(), further=RenderingFactory(statement=claim), reader=analyst(),
    )  # fmt: skip


def marked(record, case, **marking):
    record.refresh_from_db()
    change_marking(
        record=record, expected_version=record.version, by=case.by, **{"tlp": record.tlp, "handling": []} | marking
    )


def moved(act, case, statement, incident):
    statement.refresh_from_db()
    act(statement=statement, incident=incident, expected_version=statement.version, by=case.by, reason="It says so.")


def renamed(case):
    case.ministry.refresh_from_db()
    given = {"name": "Ministry of Defence", "kind": case.ministry.kind, "description": ""}
    edit_party(party=case.ministry, expected_version=case.ministry.version, by=case.by, **given)


def retracted(case):
    case.claim.refresh_from_db()
    given = {"lifecycle": "retracted_by_speaker", "reason": "Taken back.", "expected_version": case.claim.version}
    set_lifecycle(statement=case.claim, by=case.by, **given)


def tied(case, answer):
    given = {"basis": "editorial", "reason": "The same strike."}
    link_statements(from_statement=answer, to_statement=case.claim, type="denies", by=case.by, **given)


# What is done, one after the other, and whether it may change what is told of ``here``.
ACTS = [
    (True, lambda case: tied(case, case.denial)),
    (False, lambda case: make_remark(record=case.claim, words="Look again.", by=case.by)),
    (False, lambda case: marked(case.afar, case, tlp="AMBER_STRICT")),
    (True, lambda case: tied(case, case.afar)),
    (True, lambda case: remove_link(link=Link.objects.get(from_statement=case.denial), reason="No.", by=case.by)),
    (True, lambda case: marked(case.afar, case, team=case.team)),
    (True, lambda case: moved(add_incident, case, case.denial, case.there)),
    (True, lambda case: moved(remove_incident, case, case.denial, case.here)),
    (False, lambda case: marked(case.denial, case, tlp="AMBER_STRICT")),
    (True, lambda case: add_figure(
        statement=case.claim, incident=case.here, given=FigureFields(outcome="killed", least=20), by=case.by)),
    (True, lambda case: withdraw_figure(figure=Figure.objects.get(), reason="Misread.", by=case.by)),
    (True, lambda case: withdraw_rendering(rendering=case.further, reason="Not its words.", by=case.by)),
    (True, renamed),
    (True, lambda case: affiliate(party=PartyFactory(), body=case.ministry, kind="belongs_to", by=case.by)),
    (True, lambda case: log_request(
        asked_by=PartyFactory(), party=case.ministry, incident=case.here, statement=case.claim, question="Why?",
        asked="2022-04-05", by=case.by)),
    (True, lambda case: marked(case.ministry, case, handling=["witness_identity"])),
    (True, lambda case: marked(case.further.source, case, handling=["source_identity"])),
    (True, retracted),
    (True, lambda case: marked(case.claim, case, team=case.team)),
]  # fmt: skip


def test_an_act_that_touches_an_incident_has_it_told_anew_and_no_other(case):
    make_remark(record=case.claim, words="To begin with.", by=case.by)
    arranged_for(case.here, case.reader)

    for number, (touches, act) in enumerate(ACTS):
        act(case)
        with CaptureQueriesContext(connection) as asked:
            kept = arranged_for(case.here, case.reader)
        was_told = any("said AS MATERIALIZED" in query["sql"] for query in asked.captured_queries)
        assert kept.outline == read_outline(outlined(case.here, case.reader)[0]), number
        assert was_told == touches, (number, AuditEvent.objects.first())
    assert kept.outline.said == []


def test_each_reader_has_what_that_reader_may_see(case):
    make_remark(record=case.claim, words="To begin with.", by=case.by)
    member = analyst(teams=[case.team])

    def refs_seen():
        return [{each.ref for each in arranged_for(case.here, user).outline.said} for user in (case.reader, member)]

    both = {case.claim.ref, case.denial.ref}
    assert refs_seen() == refs_seen() == [both, both]
    marked(case.denial, case, team=case.team)
    assert refs_seen() == refs_seen() == [{case.claim.ref}, both]
