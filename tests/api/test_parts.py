"""Lists of what stands inside records: never more than the records themselves show, each thing once, page by page."""

import pytest

from claims.actions.party import edit_party
from tests.api.conftest import released, released_statement
from tests.api.test_restricted_later import mark
from tests.factories import (
    CaptureFactory,
    CommentRequestFactory,
    FigureFactory,
    IncidentFactory,
    LinkFactory,
    OutsideNoteFactory,
    PartyFactory,
    StatementFactory,
    analyst,
)

pytestmark = pytest.mark.django_db


def answering(number=1):
    """A released testimony and as many released ones that reply to it."""
    first = released_statement(kind="testimony")
    replies = []
    for _each in range(number):
        reply = StatementFactory(workflow="approved", kind="testimony", incident=first.incidents.get())
        LinkFactory(from_statement=reply, to_statement=first, type="replies_to", basis="editorial", reason="x")
        replies.append(released(reply))
    return first, replies


def every(client, path, **asked):
    """All pages, and how many there were."""
    found, number, page = [], 0, client.read(path, asked)
    while True:
        number += 1
        found += page["results"]
        if page["next"] is None:
            return found, number
        page = client.read(page["next"])


def test_links_are_those_of_the_statements_page_by_page(calling):
    client = calling()
    _first, replies = answering(3)
    stated, _pages = every(client, "statements/")
    links, pages = every(client, "links/", limit=1)
    assert links == [link for statement in stated for link in statement["links"]]
    assert (len(links), pages) == (3, 3)
    only, _pages = every(client, "links/", **{"from": str(replies[1].pk)})
    assert [each["from"]["id"] for each in only] == [str(replies[1].pk)]
    assert every(client, "links/", type="denies") == ([], 1)


def test_a_link_to_what_may_not_be_seen_any_more_is_in_no_list(calling):
    client = calling("AMBER")
    first, _replies = answering()
    assert len(client.read("links/")["results"]) == 1
    mark(first, tlp="AMBER_STRICT")
    assert client.read("links/")["results"] == []


def test_figures_and_notes_need_their_scopes(calling):
    incident = IncidentFactory(workflow="approved")
    OutsideNoteFactory(incident=incident)
    statement = StatementFactory(workflow="approved", kind="casualty_figure", incident=incident)
    FigureFactory(statement=statement, incident=incident)
    released(incident)
    released(statement)
    for path, scope in (("figures/", "figures:read"), ("notes/", "notes:read")):
        refused = calling().get(path)
        assert (refused.status_code, refused.json()["scope"]) == (403, scope)
        (item,) = calling("AMBER", scope).read(path)["results"]
        assert item["incident"]["id"] == str(incident.pk)


def test_comment_requests_are_listed_by_state_and_party(calling):
    incident = IncidentFactory(workflow="approved")
    asked = CommentRequestFactory(incident=incident)
    released(incident)
    client = calling()
    (item,) = client.read("comment-requests/", {"party": str(asked.party_id)})["results"]
    assert (item["id"], item["state"]) == (str(asked.pk), asked.state)
    assert client.read("comment-requests/", {"party": str(PartyFactory().pk)})["results"] == []


def test_each_party_and_source_stands_once_and_only_who_is_named(calling):
    party = PartyFactory()
    statements = [released_statement(kind="testimony", party=party) for _each in range(2)]
    StatementFactory(kind="testimony", party=PartyFactory())  # released to nobody
    client = calling()
    parties, pages = every(client, "parties/", limit=1)
    named = {str(party.pk)} | {str(each.renderings.get().source.publisher_id) for each in statements}
    assert [each["id"] for each in parties] == sorted(each for each in named if each != "None")
    assert pages == len(parties)
    sources, _pages = every(client, "sources/")
    assert {each["id"] for each in sources} == {str(each.renderings.get().source_id) for each in statements}


def test_a_party_hidden_since_or_withheld_in_its_newest_record_is_found_where_it_stands(calling):
    party = PartyFactory()
    released_statement(kind="testimony", party=party)
    newest = released_statement(kind="testimony", party=party)
    mark(newest, handling=["witness_identity"])
    client = calling("AMBER")
    assert str(party.pk) in [each["id"] for each in client.read("parties/")["results"]]
    mark(party, tlp="AMBER_STRICT")
    assert str(party.pk) not in [each["id"] for each in client.read("parties/")["results"]]


def test_places_stand_once_as_closely_as_scope_and_restrictions_allow(calling):
    incident = released(IncidentFactory(workflow="approved", latitude=50.5432, longitude=30.2, place_precision="exact"))
    again = released(IncidentFactory(workflow="approved", place=incident.place, place_precision="adm1"))
    (place,) = calling().read("places/")["results"]  # where only its region is known it is not named
    assert (place["id"], place["name"]) == (str(incident.place_id), incident.place.name)
    assert (place["incident"]["id"], place["point"]["latitude"]) == (str(incident.pk), 50.54)
    assert "exact_place" not in place
    assert again.place_id == incident.place_id
    exact = calling("AMBER", "locations.exact:read")
    assert exact.read("places/")["results"][0]["exact_place"]["latitude"] == 50.5432
    mark(incident, handling=["precise_location"])
    assert exact.read("places/")["results"] == []


def test_parties_sources_and_places_are_chosen_by_what_is_shown_of_them(calling):
    speaker, other = PartyFactory(name="Court of Roads", kind="court"), PartyFactory(kind="person")
    spoken, hidden = (released_statement(kind="testimony", party=each) for each in (speaker, other))
    source, incident = spoken.renderings.get().source, released(latitude=50.5, longitude=30.2, place_precision="exact")
    edited = {"name": "Court of Railways", "kind": "office", "description": "", "expected_version": speaker.version}
    edit_party(party=speaker, by=analyst(), **edited)
    client = calling()

    def found(path, asked):
        return [each["id"] for each in every(client, path, limit=1, **asked)[0]]

    place = incident.place
    for path, key, right, wrong in (
        ("parties/", speaker.pk, {"kind": "court", "q": "of roads"}, {"q": "Railways"}),
        ("parties/", speaker.pk, {"q": "COURT OF"}, {"kind": "office"}),
        ("sources/", source.pk, {"q": source.title, "kind": source.kind}, {"kind": "other"}),
        ("places/", place.pk, {"q": place.name[1:], "country": place.country}, {"country": "PL"}),
        ("places/", place.pk, {"bbox": "30,50,31,51"}, {"bbox": "22,44,30,52"}),
    ):
        assert str(key) in found(path, right), right
        assert str(key) not in found(path, wrong), wrong
    named = {"kind": "person", "q": other.name}
    assert found("parties/", named) == [str(other.pk)]
    assert client.read("parties/", named | {"count": "on"})["count"] == 1
    mark(hidden, handling=["witness_identity"])
    assert found("parties/", named) == []
    for wrong in ("parties/?kind=nobody", "parties/?country=UA", "sources/?lang=*", "places/?bbox=1,2,3"):
        assert client.get(wrong).status_code == 400, wrong


def test_captures_are_those_that_readable_words_stand_in(calling):
    client = calling("AMBER", "evidence:read")
    shown, hidden = (released_statement(kind="testimony") for _each in range(2))
    words = shown.renderings.get()
    CaptureFactory(source=words.source)  # nothing is quoted from it
    StatementFactory(kind="testimony")  # released to nobody
    mark(hidden.renderings.get().source, tlp="AMBER_STRICT")
    (capture,) = client.read("captures/")["results"]
    assert (capture["id"], capture["sha256"]) == (str(words.capture_id), words.capture.body_id)
    assert (capture["outcome"], capture["text_sha256"]) == (words.capture.outcome, words.text_sha256)
    assert capture["source"]["id"] == str(words.source_id)
    assert client.read("captures/", {"source": str(hidden.renderings.get().source_id)})["results"] == []
    assert calling().get("captures/").json()["scope"] == "evidence:read"


def test_a_cursor_opens_its_own_list_only(calling):
    client = calling()
    answering(2)
    cursor = client.read("links/", {"limit": 1})["next"].split("cursor=")[1]
    for path in ("links/?type=replies_to&", "parties/?", "statements/?"):
        assert client.get(f"{path}cursor={cursor}").json()["parameter"] == "cursor"


def test_parties_take_the_same_number_of_questions_for_one_and_for_ten(calling, django_assert_max_num_queries):
    released_statement(kind="testimony")
    client = calling()
    client.read("parties/")
    for _each in range(9):
        released_statement(kind="testimony")
    client.read("parties/")
    with django_assert_max_num_queries(8):
        assert len(client.read("parties/")["results"]) >= 10
