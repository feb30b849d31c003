"""Acts that would show something to somebody, or undo an editor's decision, are asked of whoever may do so."""

import pytest

from claims.actions.comment_request import log_request
from claims.actions.figure import FigureFields, add_figure
from claims.actions.incident import IncidentFields, create_incident
from claims.actions.marking import change_marking
from claims.actions.statement import set_lifecycle, withdraw_rendering
from harmtracker.errors import NotAllowed, Refused, StaleRecord
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


def removed():
    statement = StatementFactory()
    set_lifecycle(statement=statement, lifecycle="removed", reason="Entered twice", expected_version=1, by=editor())
    return statement


@pytest.mark.parametrize("lifecycle", ["current", "corrected"])
def test_what_an_editor_removed_only_an_editor_brings_back(lifecycle):
    statement = removed()
    with pytest.raises(NotAllowed):
        set_lifecycle(statement=statement, lifecycle=lifecycle, reason="x", expected_version=2, by=analyst())
    set_lifecycle(statement=statement, lifecycle=lifecycle, reason="It was right", expected_version=2, by=editor())


@pytest.mark.parametrize("outsider", [{}, {"clearance": "CLEAR"}])
def test_naming_somebody_who_did_not_see_it_is_opening_also_when_it_is_shut_to_all_others(outsider):
    team = TeamFactory()
    by, stranger = analyst(teams=[team]), analyst(**outsider)
    incident = IncidentFactory(team=team)
    change = {"record": incident, "expected_version": 1, "tlp": "RED", "handling": [], "team": team}
    with pytest.raises(NotAllowed):
        change_marking(**change, by=by, named=[by, stranger])
    change_marking(**change, by=by, named=[by, analyst(teams=[team])])


def test_a_marking_is_weighed_against_the_version_it_replaces():
    incident = IncidentFactory(tlp="GREEN")
    seen = type(incident).objects.get(pk=incident.pk)
    change_marking(record=incident, expected_version=1, by=editor(), tlp="AMBER", handling=["minor"])
    with pytest.raises(StaleRecord):
        change_marking(record=seen, expected_version=2, by=analyst(), tlp="GREEN", handling=[])
    incident.refresh_from_db()
    assert (incident.tlp, incident.handling) == ("AMBER", ["minor"])


def test_a_marking_that_changes_nothing_is_no_decision():
    incident = IncidentFactory(tlp="GREEN", handling=["minor"])
    with pytest.raises(Refused, match="nothing is changed"):
        change_marking(
            record=incident, expected_version=1, by=editor(), tlp="GREEN", handling=["minor"], reason="Again"
        )
    assert not AuditEvent.objects.filter(subject_id=incident.pk, verb__startswith="marking.").exists()


def test_nobody_makes_a_record_they_could_not_see():
    by, incident = analyst(), IncidentFactory()
    with pytest.raises(Refused) as caught:
        create_incident(given=IncidentFields(title="Shelling"), tlp="AMBER_STRICT", by=by)
    assert caught.value.field == "tlp"
    with pytest.raises(Refused):
        log_request(asked_by=PartyFactory(), party=PartyFactory(), incident=incident, tlp="AMBER_STRICT", by=by)
    with pytest.raises(Refused):
        create_incident(given=IncidentFields(title="Shelling"), tlp="RED", by=analyst(clearance="RED"))


def test_the_history_holds_no_words_of_a_statement_that_is_to_be_protected():
    statement = StatementFactory(kind="testimony", handling=["minor"])
    taken = statement.renderings.get()
    RenderingFactory(statement=statement, text="Nobody answered.")
    withdraw_rendering(rendering=taken, reason="x", by=editor())
    add_figure(
        statement=statement, incident=statement.incidents.get(), given=FigureFields(outcome="killed", least=402117),
        by=editor(),
    )  # fmt: skip
    for event in AuditEvent.objects.all():
        assert taken.text not in str(event.changes)
        assert "402117" not in str(event.changes)
