"""Pulling incidents: what stands in them, for whom, and page by page."""

import pytest

from claims.models import PartnerRead
from harmtracker.db import save_version
from tests.api.conftest import raise_marking, released, released_statement
from tests.factories import (
    CommentRequestFactory,
    FigureFactory,
    IncidentFactory,
    LinkFactory,
    OutsideNoteFactory,
    PartyFactory,
    PlaceFactory,
    RequestEventFactory,
    StatementFactory,
    approve_finding,
)

pytestmark = pytest.mark.django_db


def test_incident_reads_as_released(calling, settings):
    settings.HARMTRACKER_ORGANISATION = "The Tracker"
    incident = IncidentFactory(workflow="approved", title="Killings in Bucha")
    approve_finding(incident, "could_not_confirm")
    released(incident)
    document = calling().read(f"incidents/{incident.pk}/")
    assert document["ref"] == incident.ref
    assert document["finding"]["code"] == "could_not_confirm"
    assert document["finding"]["label"] == "Could not independently confirm"
    assert document["finding"]["tried"] == ["no_access"]
    assert document["finding"]["would_settle"] == "Access to the place."
    assert document["sentence"].startswith("Killings in Bucha (")
    assert "The Tracker could not independently confirm this." in document["sentence"]
    assert " we " not in document["sentence"].lower()


def test_reasons_for_the_house_never_leave_it(everything):
    incident = IncidentFactory(workflow="approved")
    approve_finding(incident, "corroborated", reasons="Our man in the town hall says so")
    released(incident)
    assert "town hall" not in everything.get(f"incidents/{incident.pk}/").content.decode()


def test_partner_reads_the_released_version(calling):
    incident = released(title="As released")
    save_version(incident, incident.version, title="As edited since")
    assert calling().read(f"incidents/{incident.pk}/")["title"] == "As released"


def test_list_holds_what_the_ceiling_may_see(calling):
    green, amber = released(tlp="GREEN"), released(tlp="AMBER")
    seen = [each["id"] for each in calling("GREEN").read("incidents/")["results"]]
    assert seen == [str(green.pk)]
    seen = {each["id"] for each in calling("AMBER").read("incidents/")["results"]}
    assert seen == {str(green.pk), str(amber.pk)}


def test_partner_ceiling_caps_its_tokens(calling, partner):
    released(tlp="AMBER")
    client = calling("AMBER")
    save_version(partner, partner.version, ceiling="GREEN")
    assert client.read("incidents/")["results"] == []
    assert client.read("me/")["ceiling"] == "GREEN"


def test_pages_follow_one_another_both_ways(calling):
    keys = sorted(str(released().pk) for _each in range(5))
    client = calling()
    first = client.read("incidents/", {"limit": 2})
    second = client.read(first["next"])
    third = client.read(second["next"])
    pages = [[each["id"] for each in page["results"]] for page in (first, second, third)]
    assert pages == [keys[:2], keys[2:4], keys[4:]]
    assert (first["previous"], third["next"]) == (None, None)
    assert client.read(third["previous"])["results"] == second["results"]
    assert client.read(second["previous"])["results"] == first["results"]


def test_link_header_names_the_same_pages(calling):
    for _each in range(2):
        released()
    response = calling().get("incidents/", {"limit": 1})
    assert response["Link"] == f'<{response.json()["next"]}>; rel="next"'


def test_list_asks_as_many_questions_for_ten_as_for_one(everything, django_assert_num_queries):
    def fill(number):
        for _each in range(number):
            incident = IncidentFactory(workflow="approved")
            OutsideNoteFactory(incident=incident)
            CommentRequestFactory(incident=incident)
            released(incident)

    fill(1)
    everything.read("incidents/")  # the token's last use is noted once a minute
    with django_assert_num_queries(3):
        assert len(everything.read("incidents/")["results"]) == 1
    fill(9)
    with django_assert_num_queries(9):  # nine are read for the first time, together
        everything.read("incidents/")
    with django_assert_num_queries(3):
        assert len(everything.read("incidents/")["results"]) == 10


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"finding": "unverified"}, True),
        ({"finding": "refuted"}, False),
        ({"harm": "killing"}, True),
        ({"harm": "torture"}, False),
        ({"occurred_after": "2022-04-02"}, True),
        ({"occurred_after": "2022-04-03"}, False),
        ({"occurred_before": "2022-04-02"}, True),
        ({"occurred_before": "2022-04-01"}, False),
        ({"updated_after": "2022-01-01T00:00:00Z"}, True),
        ({"updated_after": "2100-01-01"}, False),
    ],
)
def test_filters(calling, asked, found):
    released(harm=["killing"])
    assert len(calling().read("incidents/", asked)["results"]) == found


def test_place_filter_finds_nothing_by_a_place_that_is_withheld(calling):
    place = PlaceFactory()
    incident = released(place=place)
    client = calling()
    assert len(client.read("incidents/", {"place": str(place.pk)})["results"]) == 1
    raise_marking(place, flags=["precise_location"])
    assert client.read("incidents/", {"place": str(place.pk)})["results"] == []
    assert client.read(f"incidents/{incident.pk}/")["place"]["name"] is None


# ---- What is withheld ----


@pytest.mark.parametrize(
    ("flag", "nulls"),
    [
        ("victim_identity", ["/summary", "/title"]),
        ("minor", ["/summary", "/title"]),
        ("witness_identity", ["/summary"]),
        ("source_identity", ["/summary"]),
        ("sexual_violence", ["/harm", "/summary", "/title"]),
        ("military_sensitive", ["/means", "/place/point", "/summary"]),
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_flag_withholds_fields_and_says_so(calling, flag, nulls, when):
    """Raised before the release or after it, the partner reads the same."""
    place = PlaceFactory(latitude=50.5, longitude=30.2)
    incident = IncidentFactory(workflow="approved", summary="S", harm=["killing"], means="drone", place=place)
    if when == "before":
        raise_marking(incident, flags=[flag])
        incident.refresh_from_db()
    released(incident)
    if when == "after":
        raise_marking(incident, flags=[flag])
    document = calling().read(f"incidents/{incident.pk}/")
    assert document["sensitivity"]["redacted"] == [{"pointer": each, "reason": flag} for each in nulls]
    for pointer in nulls:
        value = document
        for part in pointer.split("/")[1:]:
            value = value[part]
        assert value is None
    assert incident.title not in document["sentence"] or "/title" not in nulls


def test_precise_location_leaves_the_region_only(everything):
    place = PlaceFactory(name="Bucha", adm1_code="UA-32", adm1_name="Kyiv oblast", latitude=50.5, longitude=30.2)
    incident = released(
        place=place, handling=["precise_location"], latitude=50.54321, longitude=30.21234, place_precision="exact",
        place_as_reported="Yablunska street",
    )  # fmt: skip
    response = everything.get(f"incidents/{incident.pk}/")
    document = response.json()
    assert document["place"]["adm1_code"] == "UA-32"
    assert [document["place"][name] for name in ("id", "name", "as_reported", "point")] == [None] * 4
    assert document["exact_place"] is None
    assert {"pointer": "/exact_place", "reason": "precise_location"} in document["sensitivity"]["redacted"]
    assert "Bucha" not in response.content.decode().replace("Killings", "")


def test_point_is_rounded_and_the_exact_one_needs_its_scope(calling):
    incident = released(latitude=50.543219, longitude=30.212345, place_precision="landmark",
                        place=PlaceFactory(precision="settlement"))  # fmt: skip
    document = calling().read(f"incidents/{incident.pk}/")
    assert document["place"]["point"] == {"latitude": 50.54, "longitude": 30.21}
    assert "exact_place" not in document
    document = calling("AMBER", "locations.exact:read").read(f"incidents/{incident.pk}/")
    assert document["exact_place"]["latitude"] == 50.54322


@pytest.mark.parametrize(
    ("precision", "name", "point"),
    [("settlement", "Bucha", (50.54, 30.21)), ("near_settlement", "Bucha", (50.5, 30.2)),
     ("adm2", None, (50.5, 30.2)), ("adm1", None, (51.0, 30.0)), ("country", None, None)],
)  # fmt: skip
def test_place_is_never_finer_than_it_is_known(calling, precision, name, point):
    place = PlaceFactory(name="Bucha", precision="settlement", latitude=50.543, longitude=30.212)
    document = calling().read(f"incidents/{released(place=place, place_precision=precision).pk}/")
    assert document["place"]["name"] == name
    found = document["place"]["point"]
    assert (found and (found["latitude"], found["longitude"])) == point


def test_raised_marking_takes_the_incident_away_at_once(calling):
    incident = released(tlp="GREEN")
    client = calling("GREEN")
    raise_marking(incident, "AMBER")
    assert client.get(f"incidents/{incident.pk}/").status_code == 404
    assert client.read("incidents/")["results"] == []
    assert calling("AMBER").read(f"incidents/{incident.pk}/")["id"] == str(incident.pk)


def test_note_above_the_ceiling_is_absent_and_leaves_when_raised(calling):
    incident = IncidentFactory(workflow="approved", tlp="GREEN")
    open_note = OutsideNoteFactory(incident=incident, tlp="GREEN")
    OutsideNoteFactory(incident=incident, tlp="AMBER")
    released(incident)
    client = calling("GREEN", "notes:read")
    assert [each["id"] for each in client.read(f"incidents/{incident.pk}/")["notes"]] == [str(open_note.pk)]
    raise_marking(open_note, "AMBER")
    document = client.read(f"incidents/{incident.pk}/")
    assert document["notes"] == []
    assert document["sensitivity"]["redacted"] == []


def test_drafts_of_comment_requests_and_their_words_stay_inside(everything):
    incident = IncidentFactory(workflow="approved")
    CommentRequestFactory(incident=incident, state="draft")
    sent = CommentRequestFactory(incident=incident, question="Where is the colonel?")
    reply = StatementFactory(incident=incident, workflow="approved", party=sent.party)
    RequestEventFactory(request=sent, outcome="replied_not_for_publication", words="Off the record", reply=reply)
    released(incident)
    response = everything.get(f"incidents/{incident.pk}/")
    (request,) = response.json()["comment_requests"]
    assert [event["outcome"] for event in request["events"]] == ["replied_not_for_publication"]
    assert request["events"][0]["reply"] is None
    assert request["sentence"].endswith(", not for publication.")
    assert "colonel" not in response.content.decode()
    assert "Off the record" not in response.content.decode()


# ---- Bundles ----


def test_bundle_stands_alone(everything):
    incident = released()
    allegation = released_statement(incident=incident)
    denial = StatementFactory(workflow="approved", kind="denial", incident=incident)
    link = LinkFactory(from_statement=denial, to_statement=allegation)
    FigureFactory(statement=denial, incident=incident, least=20)
    released(denial)
    elsewhere = released_statement()
    bundle = everything.read(f"incidents/{incident.pk}/bundle/")
    assert {each["id"] for each in bundle["statements"]} == {str(allegation.pk), str(denial.pk)}
    assert [(each["id"], each["type"]) for each in bundle["links"]] == [(str(link.pk), "denies")]
    assert str(allegation.party_id) in {each["id"] for each in bundle["parties"]}
    assert str(elsewhere.party_id) not in {each["id"] for each in bundle["parties"]}
    assert bundle["sources"]
    (casualties,) = bundle["casualties"]
    assert (casualties["floor"], casualties["ceiling"], casualties["is_open"]) == (20, None, True)
    assert casualties["floor_statement"] == str(denial.pk)


def test_bundle_leaves_out_what_is_not_released_or_above_the_ceiling(calling):
    incident = released(tlp="GREEN")
    StatementFactory(workflow="approved", incident=incident, tlp="GREEN")
    released_statement(incident=incident, tlp="AMBER")
    seen = released_statement(incident=incident, tlp="GREEN")
    bundle = calling("GREEN").read(f"incidents/{incident.pk}/bundle/")
    assert [each["id"] for each in bundle["statements"]] == [str(seen.pk)]


def test_statement_raised_inside_a_released_incident_leaves_the_bundle_at_once(calling):
    incident = released(tlp="GREEN")
    statement = released_statement(incident=incident, tlp="GREEN")
    client = calling("GREEN")
    raise_marking(statement, "AMBER")
    response = client.get(f"incidents/{incident.pk}/bundle/")
    assert response.json()["statements"] == []
    assert str(statement.pk) not in response.content.decode()


def test_party_raised_after_release_leaves_every_document_at_once(calling):
    party = PartyFactory(name="Iryna the witness", tlp="GREEN")
    incident = released(tlp="GREEN")
    statement = released_statement(incident=incident, party=party, tlp="GREEN", kind="testimony")
    client = calling("GREEN")
    assert "Iryna" in client.get(f"incidents/{incident.pk}/bundle/").content.decode()
    raise_marking(party, flags=["witness_identity"])
    content = client.get(f"incidents/{incident.pk}/bundle/").content.decode()
    assert "Iryna" not in content
    document = client.read(f"statements/{statement.pk}/")
    assert document["party"] is None
    assert document["sensitivity"]["redacted"] == [{"pointer": "/party", "reason": "witness_identity"}]
    assert document["sentence"].startswith("A speaker whose identity is withheld")
    assert client.read("statements/", {"party": str(party.pk)})["results"] == []


# ---- Who read what ----


def test_each_answer_leaves_a_row_and_names_records_above_green(calling):
    green, amber = released(tlp="GREEN"), released(tlp="AMBER")
    client = calling()
    client.get(f"incidents/{green.pk}/")
    client.get(f"incidents/{amber.pk}/")
    client.get("incidents/", {"finding": "unverified"})
    client.get("incidents/nothing/")
    rows = PartnerRead.objects.order_by("at").values_list("endpoint", "status", "record_ref", "query", "ceiling")
    assert list(rows) == [
        ("incidents/{key}/", 200, "", {}, "AMBER"),
        ("incidents/{key}/", 200, amber.ref, {}, "AMBER"),
        ("incidents/", 200, "", {"finding": "unverified"}, "AMBER"),
        ("incidents/{key}/", 404, "", {}, "AMBER"),
    ]
