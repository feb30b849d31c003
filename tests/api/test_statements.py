"""Pulling statements: words, sources, links and figures, and what is taken out of them."""

import pytest

from claims.release.make import withdraw_release
from tests.api.conftest import raise_marking, released, released_statement
from tests.factories import (
    FigureFactory,
    LinkFactory,
    PartyFactory,
    RenderingFactory,
    SourceFactory,
    StatementFactory,
    approve_finding,
    editor,
)

pytestmark = pytest.mark.django_db


def read(client, statement):
    return client.read(f"statements/{statement.pk}/")


def test_words_stand_with_their_source_check_and_how_they_were_obtained(calling):
    statement = released_statement()
    rendering = statement.renderings.get()
    (shown,) = read(calling(), statement)["renderings"]
    assert (shown["text"], shown["fidelity"], shown["translator"]) == (rendering.text, "verbatim", None)
    assert shown["quote_check"]["outcome"] == "exact"
    assert shown["obtained"] == rendering.capture.obtained
    assert shown["source"]["ref"] == rendering.source.ref


def test_sentence_quotes_words_and_names_the_organisation(calling, settings):
    settings.HARMTRACKER_ORGANISATION = "The Tracker"
    statement = released_statement(
        kind="denial", party=PartyFactory(name="Russia's Defence Ministry"), words="Nobody answered."
    )
    sentence = read(calling(), statement)["sentence"]
    assert sentence.startswith("Russia's Defence Ministry denied (3 Apr 2022): “Nobody answered.” As of ")
    assert sentence.endswith("The Tracker had not yet assessed this.")


def test_paraphrase_is_never_inside_quotation_marks(calling):
    statement = StatementFactory(workflow="approved", kind="denial", words=None)
    source = SourceFactory()
    RenderingFactory(
        statement=statement, text="they were not involved", fidelity="paraphrase", quoted=False, capture=None,
        source=source,
    )  # fmt: skip
    released(statement)
    sentence = read(calling(), statement)["sentence"]
    assert "in a summary of its words, they were not involved." in sentence
    assert "“" not in sentence


def test_evidence_and_ratings_need_their_scopes(calling):
    statement = StatementFactory(workflow="approved")
    approve_finding(statement, "corroborated")
    for row in statement.assessments.latest("proposed_at").evidence.all():
        released(approved(row.statement))
    released(statement)
    assert not {"evidence", "ratings", "figures", "notes"} & set(read(calling(), statement))
    document = read(calling("AMBER", "evidence:read"), statement)
    assert len(document["evidence"]["cited"]) == 2
    assert document["evidence"]["quotations"][0]["selector"]["exact"] == statement.renderings.get().exact
    assert "ratings" not in document
    document = read(calling("AMBER", "ratings:read"), statement)
    assert {(each["reliability"], each["credibility"]) for each in document["ratings"]} == {("B", "2")}


def approved(statement):
    statement.workflow = "approved"
    statement.save()
    return statement


def test_evidence_that_is_not_released_is_not_named(calling):
    statement = StatementFactory(workflow="approved")
    approve_finding(statement, "corroborated")
    released(statement)
    response = calling("AMBER", "evidence:read", "ratings:read").get(f"statements/{statement.pk}/")
    assert response.json()["evidence"]["cited"] == []
    assert response.json()["ratings"] == []


def test_link_is_shown_when_both_ends_are_released(calling):
    allegation = StatementFactory(workflow="approved")
    link = LinkFactory(
        to_statement=allegation,
        from_statement=StatementFactory(workflow="approved", kind="denial", incident=allegation.incidents.get()),
    )
    released(link.from_statement)
    client = calling()
    assert read(client, link.from_statement)["links"] == []
    released(allegation)
    (shown,) = read(client, link.from_statement)["links"]
    assert (shown["type"], shown["cito"], shown["to"]["id"]) == ("denies", ["disputes"], str(allegation.pk))
    withdraw_release(record=allegation, by=editor(), code="error", reason="Wrong")
    assert read(client, link.from_statement)["links"] == []


def test_incident_that_is_not_released_is_not_named(calling):
    statement = released_statement()
    client = calling()
    assert read(client, statement)["incidents"] == []
    incident = statement.incidents.get()
    incident.workflow = "approved"
    incident.save()
    released(incident)
    assert [each["ref"] for each in read(client, statement)["incidents"]] == [incident.ref]


def test_words_from_a_source_above_the_ceiling_leave_with_it(calling):
    statement = released_statement(tlp="GREEN")
    source = statement.renderings.get().source
    client = calling("AMBER")
    assert len(read(client, statement)["renderings"]) == 1
    raise_marking(source, "AMBER_STRICT")
    response = client.get(f"statements/{statement.pk}/")
    assert response.json()["renderings"] == []
    assert source.ref not in response.content.decode()
    assert statement.renderings.get().text not in response.content.decode()


def test_source_withheld_for_its_identity_leaves_the_words(calling):
    statement = released_statement()
    source = statement.renderings.get().source
    raise_marking(source, flags=["source_identity"])
    document = read(calling(), statement)
    assert document["renderings"][0]["source"] is None
    assert document["renderings"][0]["text"]
    assert document["sensitivity"]["redacted"] == [{"pointer": "/renderings/0/source", "reason": "source_identity"}]


def test_own_translation_leaves_with_the_words_it_translates(calling):
    statement = StatementFactory(workflow="approved", kind="denial")
    original = statement.renderings.get()
    RenderingFactory(
        statement=statement, text="Our words for it", lang="uk", fidelity="translation", translator="tracker_human",
        translates=original, quoted=False, capture=None,
    )  # fmt: skip
    released(statement)
    client = calling()
    assert len(read(client, statement)["renderings"]) == 2
    raise_marking(original.source, "AMBER_STRICT")
    assert read(client, statement)["renderings"] == []


@pytest.mark.parametrize(
    ("flag", "nulls"),
    [
        ("victim_identity", ["/accuses/0/wording", "/renderings"]),
        ("minor", ["/accuses/0/wording", "/renderings"]),
        ("sexual_violence", ["/accuses/0/wording", "/renderings"]),
        ("witness_identity", ["/party", "/renderings/0/source", "/role_words", "/said_in"]),
        ("source_identity", ["/renderings/0/source", "/said_in"]),
        ("precise_location", ["/renderings", "/said_in"]),
        ("military_sensitive", ["/renderings"]),
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_flag_withholds_fields_and_says_so(calling, flag, nulls, when):
    statement = StatementFactory(workflow="approved", role_words="a neighbour", said_in="Radio Bucha")
    if when == "before":
        raise_marking(statement, flags=[flag])
    statement.refresh_from_db()
    released(statement)
    if when == "after":
        raise_marking(statement, flags=[flag])
    document = read(calling(), statement)
    assert document["sensitivity"]["redacted"] == [{"pointer": each, "reason": flag} for each in nulls]
    for pointer in nulls:
        value = document
        for part in pointer.split("/")[1:]:
            value = value[int(part)] if isinstance(value, list) else value[part]
        assert value is None


def test_accused_party_that_may_not_be_seen_is_absent(calling):
    hidden, seen = PartyFactory(tlp="AMBER_STRICT"), PartyFactory(tlp="GREEN")
    statement = released_statement(accused=[hidden, seen])
    document = read(calling(), statement)
    assert [each["party"]["id"] for each in document["accuses"]] == [str(seen.pk)]
    assert len(read(calling("AMBER_STRICT"), statement)["accuses"]) == 2


def test_null_is_not_zero_in_figures(calling):
    statement = StatementFactory(workflow="approved", kind="casualty_figure")
    FigureFactory(statement=statement, least=20, words="at least 20")
    incident = statement.incidents.get()
    incident.workflow = "approved"
    incident.save()
    released(incident)
    released(statement)
    (figure,) = read(calling("AMBER", "figures:read"), statement)["figures"]
    assert (figure["min"], figure["best"], figure["max"]) == (20, None, None)


def test_filters_of_statements(calling):
    statement = released_statement(kind="denial")
    released(approved_incident(statement))
    other = released_statement()
    client = calling()
    found = lambda **asked: {each["id"] for each in client.read("statements/", asked)["results"]}  # noqa: E731
    assert found() == {str(statement.pk), str(other.pk)}
    assert found(kind="denial") == {str(statement.pk)}
    assert found(party=str(statement.party_id)) == {str(statement.pk)}
    assert found(incident=str(statement.incidents.get().pk)) == {str(statement.pk)}
    assert found(incident=str(other.incidents.get().pk)) == set()
    assert found(said_after="2022-04-03", said_before="2022-04-04", kind="denial") == {str(statement.pk)}
    assert found(said_after="2022-04-04") == set()


def approved_incident(statement):
    incident = statement.incidents.get()
    incident.workflow = "approved"
    incident.save()
    return incident


def test_list_asks_as_many_questions_for_ten_as_for_one(everything, django_assert_num_queries):
    released_statement()
    everything.read("statements/")
    with django_assert_num_queries(3):
        assert len(everything.read("statements/")["results"]) == 1
    for _each in range(9):
        released_statement()
    with django_assert_num_queries(9):  # nine are read for the first time, together
        everything.read("statements/")
    with django_assert_num_queries(3):
        assert len(everything.read("statements/")["results"]) == 10
