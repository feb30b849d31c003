"""A merge is taken apart again: every row goes back where it was, or nothing does and a sentence says why."""

import pytest

from claims.actions.following import follow
from claims.actions.merge_incident import merge_incident
from claims.actions.merge_party import merge_party
from claims.actions.separating import separate
from claims.models import Accusation, Following, Incident, Merge, Place, StatementIncident
from harmtracker.errors import NotAllowed, Refused
from harmtracker.models import AuditEvent
from sources.models import Affiliation, Party, PartyName
from sources.names import fold
from tests.claims.test_merging import KINDS, merged, post
from tests.factories import (
    AffiliationFactory,
    AssessmentFactory,
    CommentRequestFactory,
    FigureFactory,
    IncidentFactory,
    LinkFactory,
    OutsideNoteFactory,
    PartyFactory,
    SourceFactory,
    StatementFactory,
    analyst,
    editor,
)

pytestmark = pytest.mark.django_db


def rows_of(*models):
    """Every row of these models but for its version."""
    return {
        (model._meta.label, str(row.pop("id"))): {name: value for name, value in row.items() if name != "version"}
        for model in models
        for row in model._base_manager.values()
    }


def taken_apart(duplicate, **more):
    duplicate.refresh_from_db()
    given = {"reason": "Two ministries", "expected_version": duplicate.version, "by": editor(clearance="AMBER")} | more
    return separate(duplicate=duplicate, **given)


def test_a_party_gets_back_what_it_said_its_ties_its_names_and_accusations_that_became_one():
    hidden = {"handling": ["witness_identity"]}
    duplicate, into, other = PartyFactory(**hidden, pseudonym="Witness A"), PartyFactory(**hidden), PartyFactory()
    PartyName.objects.create(party=duplicate, text="Минобороны", folded=fold("Минобороны"))
    both = StatementFactory(accused=[duplicate, into])
    Accusation.objects.filter(party=duplicate).update(wording="the marines")
    said = StatementFactory(party=duplicate, on_behalf_of=duplicate, accused=[duplicate])
    note, source = OutsideNoteFactory(party=duplicate), SourceFactory(publisher=duplicate)
    asked = CommentRequestFactory(party=duplicate, asked_by=duplicate)
    shared = {"body": other, "kind": "belongs_to", "since": "2020-01-01"}
    AffiliationFactory(party=into, **shared, until="2021-01-01")
    AffiliationFactory(party=duplicate, **shared, until=None)
    AffiliationFactory(party=duplicate, body=into)
    PartyFactory(merged_into=duplicate)
    touched = (Party, PartyName, Accusation, Affiliation, *map(type, (said, note, source, asked)))
    before = rows_of(*touched)

    merged(duplicate, into, by=editor(flags=["witness_identity"]))
    assert rows_of(*touched) != before
    assert taken_apart(duplicate, by=editor(flags=["witness_identity"])) == into

    assert rows_of(*touched) == before
    both.refresh_from_db()
    assert both.version == 3
    event, both_keys = AuditEvent.objects.get(verb="party.separated", subject_id=duplicate.pk), {duplicate.pk, into.pk}
    into.refresh_from_db()
    assert (event.subject_id, event.reason, set(event.about)) == (
        duplicate.pk,
        "Two ministries",
        both_keys,
    )
    merged(duplicate, into, by=editor(flags=["witness_identity"]))
    assert Merge.objects.filter(duplicate_id=duplicate.pk).count() == 2


def test_an_incident_gets_back_its_statements_also_one_that_was_about_both():
    by = editor(clearance="AMBER")
    duplicate, into = IncidentFactory(), IncidentFactory()
    said = StatementFactory(incident=duplicate)
    StatementFactory(incident=duplicate, incidents=[into])
    FigureFactory(statement=said)
    OutsideNoteFactory(incident=duplicate)
    for each in (duplicate, into):
        follow(incident=each, by=by)
    touched = (Incident, StatementIncident, Following, *map(type, (said,)))
    before = rows_of(*touched)
    merged(duplicate, into, by=by)
    later = StatementFactory(incident=into)

    taken_apart(duplicate, by=by)

    after = rows_of(*touched)
    assert {key: after[key] for key in before} == before
    assert [each.pk for each in later.incidents.all()] == [into.pk], "what came since stays"


def test_a_place_goes_back_to_the_incidents_that_lay_there():
    ((_noun, make, _action),) = [kind for kind in KINDS if kind[0] == "places"]
    duplicate, into = make(), make()
    IncidentFactory(place=duplicate)
    before = rows_of(Place, Incident)
    merged(duplicate, into)
    taken_apart(duplicate)
    assert rows_of(Place, Incident) == before


@pytest.mark.parametrize("change", ["edited", "judged", "merged_on", "figure", "link", "reason", "role", "long_ago"])
def test_where_it_is_no_longer_clear_what_belongs_where_nothing_goes_back(change):
    by = editor(clearance="AMBER")
    duplicate, into, third = IncidentFactory(), IncidentFactory(), IncidentFactory()
    said = StatementFactory(incident=duplicate)
    asked = CommentRequestFactory(incident=duplicate)
    if change == "long_ago":
        Incident.objects.filter(pk=duplicate.pk).update(merged_into=into)
    else:
        merged(duplicate, into, by=by)
    told = {
        "edited": asked.ref, "judged": "A finding was proposed", "merged_on": "merged into another one itself",
        "figure": "added since", "link": said.ref, "reason": "Say why", "role": ".", "long_ago": "row by row",
    }  # fmt: skip
    if change == "edited":
        type(asked).objects.filter(pk=asked.pk).update(incident=third)
    elif change == "judged":
        AssessmentFactory(subject=into)
    elif change == "merged_on":
        merge_incident(duplicate=into, into=third, reason="The same", expected_version=into.version, by=by)
    elif change == "figure":
        FigureFactory(statement=said, incident=into)
    elif change == "link":
        LinkFactory(from_statement=StatementFactory(incident=into), to_statement=said, basis="explicit")
    before = rows_of(Incident, StatementIncident)
    more = {"reason": {"reason": " "}, "role": {"by": analyst()}}.get(change, {})
    with pytest.raises(NotAllowed if change == "role" else Refused, match=told[change]):
        taken_apart(duplicate, **more)
    assert rows_of(Incident, StatementIncident) == before


def test_a_correction_made_since_by_the_one_voice_keeps_two_parties_one():
    by = editor(clearance="AMBER")
    duplicate, into = PartyFactory(), PartyFactory()
    incident = IncidentFactory()
    said = StatementFactory(party=duplicate, incident=incident, said="2022-04-01")
    merge_party(duplicate=duplicate, into=into, reason="One", expected_version=1, by=by)
    said.refresh_from_db()
    later = StatementFactory(party=into, incident=incident, said="2022-04-02")
    LinkFactory(from_statement=later, to_statement=said, type="corrects")
    with pytest.raises(Refused, match=later.ref):
        taken_apart(duplicate)


@pytest.mark.parametrize(("noun", "make", "_action"), KINDS)
def test_a_press_or_a_page_takes_them_apart_and_the_old_address_is_a_record_again(client, noun, make, _action):
    client.force_login(editor(clearance="AMBER"))
    duplicate, into = make(), make()
    page = client.get(post(client, noun, duplicate, into.ref).url).content.decode()
    token = page.partition('name="token" value="')[2].partition('"')[0]
    assert client.post("/undo/", {"token": token}).url == duplicate.get_absolute_url()
    assert client.get(duplicate.get_absolute_url()).status_code == 200

    duplicate.refresh_from_db()
    post(client, noun, duplicate, into.ref)
    address = f"/{noun}/{duplicate.ref}/take-apart/"
    assert address in client.get(f"/{noun}/{into.ref}/merge/").content.decode()
    assert client.get(address).status_code == 200
    assert client.post(address, {"version": 1, "reason": "Two"}).status_code == 422
    duplicate.refresh_from_db()
    sent = {"version": duplicate.version, "reason": "Two of them"}
    assert client.post(address, sent).url == duplicate.get_absolute_url()
    assert client.get(address).url == duplicate.get_absolute_url(), "it is part of none any more"
