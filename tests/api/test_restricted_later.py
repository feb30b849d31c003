"""What was released and is restricted since leaves nothing behind: no name, no word, no page that leads nowhere."""

import pytest

from claims.actions.marking import change_marking
from claims.actions.merge_party import merge_party
from claims.actions.statement import Accused, StatementFields, edit_statement, withdraw_rendering
from tests.api.conftest import released, released_statement
from tests.factories import (
    PartyFactory,
    RenderingFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    approve_finding,
    editor,
)

pytestmark = pytest.mark.django_db


def mark(record, by=None, **fields):
    record.refresh_from_db()
    given = {"tlp": record.tlp, "handling": record.handling} | fields
    change_marking(record=record, expected_version=record.version, by=by or editor(), **given)


def test_a_party_confined_to_a_team_since_is_named_no_more(calling):
    statement = released_statement(kind="testimony")
    mark(statement.party, team=TeamFactory())
    assert calling().read(f"statements/{statement.pk}/")["party"] is None


def test_a_party_of_the_records_own_team_stays(calling):
    team = TeamFactory()
    statement = released_statement(kind="testimony")
    mark(statement.party, team=team)
    mark(statement, team=team)
    assert calling().read(f"statements/{statement.pk}/")["party"]["name"] == statement.party.name


def test_what_was_merged_into_a_party_is_withheld_with_it_also_where_its_marking_is_lowered_otherwise(calling):
    gone, kept = PartyFactory(name="Olena, by one spelling"), PartyFactory(name="Olena, by another", tlp="AMBER")
    statement = released_statement(kind="testimony", party=gone)
    merge_party(duplicate=gone, into=kept, reason="x", expected_version=gone.version, by=editor())
    mark(kept, tlp="GREEN", handling=["witness_identity"], reason="x")
    assert "Olena" not in str(calling().read(f"statements/{statement.pk}/"))


def test_nothing_tells_that_records_match_a_value_that_is_withheld_since(calling):
    party = PartyFactory()
    kept = released_statement(kind="testimony", party=party)
    hidden = [released_statement(kind="testimony", party=party) for _each in range(3)]
    last = released_statement(kind="testimony", party=party)
    for statement in hidden:
        mark(statement, handling=["witness_identity"])
    client = calling()

    first = client.read("statements/", {"party": str(party.pk), "limit": 1})
    second = client.get(first["next"]).json()

    assert [each["id"] for each in first["results"]] == [str(kept.pk)]
    assert [each["id"] for each in second["results"]] == [str(last.pk)]
    assert second["next"] is None
    back = client.get(second["previous"]).json()
    assert ([each["id"] for each in back["results"]], back["previous"]) == ([str(kept.pk)], None)
    mark(kept, handling=["witness_identity"])
    mark(last, handling=["witness_identity"])
    nothing = client.read("statements/", {"party": str(party.pk), "limit": 1})
    assert nothing == {"next": None, "previous": None, "results": []}


def test_why_a_finding_is_re_examined_names_fields_and_no_values(calling):
    statement = StatementFactory(kind="testimony", workflow="approved", words="Bodies lay on the streets of Bucha.")
    RenderingFactory(statement=statement, text="Nobody answered.")
    approve_finding(statement, "could_not_confirm")
    statement.refresh_from_db()
    old, new = statement.party, PartyFactory(tlp="RED")
    edit_statement(
        statement=statement, given=StatementFields(kind="testimony", party=new, said=statement.said),
        expected_version=statement.version, by=analyst(), accuses=[Accused(PartyFactory(tlp="RED"))],
    )  # fmt: skip
    statement.refresh_from_db()
    assert statement.is_under_review
    for withheld in (str(old.pk), str(new.pk), old.ref, new.ref):
        assert withheld not in statement.under_review_reason
    assert "speaker" in statement.under_review_reason


def test_words_taken_back_are_not_told_as_the_reason(calling):
    statement = StatementFactory(kind="testimony", workflow="approved", handling=["minor"])
    words = statement.renderings.get()
    RenderingFactory(statement=statement, text="Nobody answered.")
    approve_finding(statement, "could_not_confirm")
    withdraw_rendering(rendering=words, reason="Names a child", by=analyst(flags=["minor"]))
    statement.refresh_from_db()
    released(statement)
    told = calling().get(f"statements/{statement.pk}/").content.decode()
    assert "words" in statement.under_review_reason
    assert words.text not in told
