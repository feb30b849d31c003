"""The lists as a reader meets them: what is on them, what is not, and what is said about a filter."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Incident, PublishedRecord
from sources.names import fold
from tests.factories import (
    WORDS,
    AffiliationFactory,
    CaptureFactory,
    CommentRequestFactory,
    FigureFactory,
    IncidentFactory,
    LinkFactory,
    PartyFactory,
    PlaceFactory,
    RequestEventFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    admin,
    analyst,
    approve_finding,
    capture_under_way,
    editor,
    publish,
    viewer,
)
from tests.many import more_like

pytestmark = pytest.mark.django_db


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def reader():
    return signed_in(analyst())


def words_of(answer):
    """The words of a page, tags taken out."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def refs(answer):
    """References of the records listed, in order."""
    return re.findall(r"<code>([A-Z]{2}-[0-9A-Z]+)</code>", answer.content.decode())


LISTS = ["incidents", "statements", "sources", "parties"]


@pytest.mark.parametrize("name", LISTS)
def test_nobody_reads_a_list_without_signing_in(name):
    answer = Client().get(reverse(name))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("sign-in"))


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_only_read(reader, name):
    assert reader.post(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("person", [viewer, analyst, editor, admin])
def test_every_role_reads_an_empty_list_that_says_so(name, person):
    answer = signed_in(person()).get(reverse(name))
    assert answer.status_code == 200
    assert 'class="blank"' in answer.content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_a_damaged_page_address_leads_to_the_first_page_and_says_so(reader, name):
    answer = reader.get(reverse(name), {"page": "nonsense"})
    assert "incomplete or out of date" in words_of(answer)


@pytest.mark.parametrize("name", ["incidents", "statements", "sources"])
def test_htmx_is_sent_the_results_only(reader, name):
    answer = reader.get(reverse(name), headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert page.strip().startswith("<div")
    assert "<html" not in page
    assert "HX-Request" in answer.headers["Vary"]


@pytest.mark.parametrize("name", ["incidents", "statements", "sources"])
def test_an_unknown_filter_and_a_mistyped_value_are_said(reader, name):
    query = {"findng": "verified", "outcome" if name == "sources" else "finding": "verfied<b>"}
    text = words_of(reader.get(reverse(name), query))
    assert "“findng” is not a filter of this list" in text
    assert "“verfied<b>” is not one of the choices" in text


def test_a_name_nobody_has_lists_nothing_and_says_so(reader):
    IncidentFactory(place=PlaceFactory(name="Bucha"))
    answer = reader.get(reverse("incidents"), {"place": "Bhutan"})
    assert "nothing you can see is called “Bhutan”" in words_of(answer)
    assert refs(answer) == []


@pytest.mark.parametrize("value", ["\x00", "x" * 300, "%", "'; DROP TABLE", "😶"])
@pytest.mark.parametrize("name", ["place", "q"])
def test_hostile_words_are_only_words(reader, name, value):
    IncidentFactory()
    assert reader.get(reverse("parties" if name == "q" else "incidents"), {name: value}).status_code == 200


# ---- Incidents ----


def test_incidents_newest_first_with_place_date_finding_and_killed(reader):
    old = IncidentFactory(title="The older one", place=PlaceFactory(name="Bucha"))
    new = IncidentFactory(title="The newer one")
    FigureFactory(statement=StatementFactory(incident=old), least=20)
    FigureFactory(statement=StatementFactory(incident=old), least=13, best=50, most=300)
    approve_finding(old, "could_not_confirm")
    answer = reader.get(reverse("incidents"))
    text = words_of(answer)
    assert refs(answer) == [new.ref, old.ref]
    assert "Could not independently confirm" in text
    assert "Not yet assessed" in text
    assert "Bucha" in text
    assert "2 Apr 2022" in text
    assert "13 to 300" in text
    assert "not stated" in text


def test_the_box_is_for_those_who_hand_in():
    for person, has_box in ((analyst, True), (editor, True), (viewer, False), (admin, False)):
        page = signed_in(person()).get(reverse("incidents")).content.decode()
        assert ('class="first-box"' in page) is has_box, person
        if has_box:
            assert f'action="{reverse("hand-in")}" method="post"' in page


def test_the_box_makes_way_once_there_is_something_to_read():
    IncidentFactory(tlp="GREEN")
    assert 'class="first-box"' not in signed_in(analyst()).get(reverse("incidents")).content.decode()


def test_a_merged_incident_is_no_line_of_its_own(reader):
    kept = IncidentFactory()
    IncidentFactory(merged_into=kept)
    assert refs(reader.get(reverse("incidents"))) == [kept.ref]


def test_another_teams_incident_is_absent_from_list_and_filter(reader):
    IncidentFactory(team=TeamFactory(), title="Secret", place=PlaceFactory(name="Irpin"))
    assert refs(reader.get(reverse("incidents"))) == []
    assert refs(reader.get(reverse("incidents"), {"place": "Irpin"})) == []


def test_a_viewer_sees_approved_incidents_and_no_workflow_filter():
    IncidentFactory(tlp="GREEN")
    approved = IncidentFactory(tlp="GREEN", workflow="approved")
    reader = signed_in(viewer())
    assert refs(reader.get(reverse("incidents"))) == [approved.ref]
    assert "“workflow” is not a filter" in words_of(reader.get(reverse("incidents"), {"workflow": "draft"}))


def test_unanswered_until_the_accused_answers(reader):
    allegation = StatementFactory()
    accused = allegation.accuses.get().party
    incident = allegation.incidents.get()
    assert "1 unanswered" in words_of(reader.get(reverse("incidents")))
    LinkFactory(
        to_statement=allegation, from_statement=StatementFactory(kind="denial", party=accused, incident=incident)
    )
    text = words_of(reader.get(reverse("incidents")))
    assert "1 unanswered" not in text
    assert refs(reader.get(reverse("incidents"), {"answered": "answered"})) == [incident.ref]
    assert refs(reader.get(reverse("incidents"), {"answered": "unanswered"})) == []


def test_the_body_it_belongs_to_answers_for_it(reader):
    allegation = StatementFactory()
    tie = AffiliationFactory(party=allegation.accuses.get().party)
    denial = StatementFactory(kind="denial", party=tie.body, incident=allegation.incidents.get())
    LinkFactory(to_statement=allegation, from_statement=denial)
    assert "1 unanswered" not in words_of(reader.get(reverse("incidents")))


def test_declining_a_request_for_comment_is_an_answer(reader):
    allegation = StatementFactory()
    asked = CommentRequestFactory(
        party=allegation.accuses.get().party, incident=allegation.incidents.get(), statement=allegation
    )
    RequestEventFactory(request=asked, outcome="awaiting_reply")
    assert "1 unanswered" in words_of(reader.get(reverse("incidents")))
    RequestEventFactory(request=asked, outcome="declined")
    assert "1 unanswered" not in words_of(reader.get(reverse("incidents")))


def test_a_denial_the_reader_may_not_see_answers_nothing_for_them(reader):
    allegation = StatementFactory()
    hidden = StatementFactory(
        kind="denial", party=allegation.accuses.get().party, incident=allegation.incidents.get(), team=TeamFactory()
    )
    LinkFactory(to_statement=allegation, from_statement=hidden)
    assert "1 unanswered" in words_of(reader.get(reverse("incidents")))


def test_figures_of_statements_the_reader_may_not_see_do_not_count(reader):
    incident = IncidentFactory()
    FigureFactory(statement=StatementFactory(incident=incident), least=20)
    FigureFactory(statement=StatementFactory(incident=incident, team=TeamFactory()), least=3, most=5000)
    text = words_of(reader.get(reverse("incidents")))
    assert "at least 20" in text
    assert "5,000" not in text


def test_released_withdrawn_and_neither(reader):
    released, withdrawn = IncidentFactory(workflow="approved"), IncidentFactory(workflow="approved")
    neither = IncidentFactory()
    publish(released)
    publish(withdrawn)
    PublishedRecord.objects.filter(record_id=withdrawn.pk).update(is_held=True)
    for code, incident in (("released", released), ("withdrawn", withdrawn), ("not_released", neither)):
        assert refs(reader.get(reverse("incidents"), {"released": code})) == [incident.ref], code
    both = reader.get(reverse("incidents"), {"released": ["released", "not_released"]})
    assert refs(both) == [neither.ref, released.ref]


def test_filters_by_finding_place_and_workflow_with_chips(reader):
    place = PlaceFactory(name="Bucha")
    place.names.create(text="Буча", folded=fold("Буча"))
    wanted = IncidentFactory(place=place, workflow="approved")
    IncidentFactory(place=place)
    approve_finding(wanted, "corroborated")
    query = {"place": "Буча", "finding": ["corroborated", "verified"], "workflow": "approved"}
    answer = reader.get(reverse("incidents"), query)
    assert refs(answer) == [wanted.ref]
    page = html.unescape(answer.content.decode())
    assert "finding=corroborated&workflow=approved" in page  # the chip that takes "verified" off keeps the rest
    assert words_of(answer).count("remove") == 4


def test_the_place_is_kept_from_whom_the_flag_keeps_it(reader):
    incident = IncidentFactory(place=PlaceFactory(name="Hidden Hamlet"), handling=["precise_location"])
    answer = reader.get(reverse("incidents"))
    assert refs(answer) == [incident.ref]
    assert "Hidden Hamlet" not in words_of(answer)
    assert refs(reader.get(reverse("incidents"), {"place": "Hidden Hamlet"})) == []
    cleared = signed_in(analyst(flags=["precise_location"]))
    assert "Hidden Hamlet" in words_of(cleared.get(reverse("incidents")))


def test_a_place_the_reader_may_not_see_is_not_named(reader):
    IncidentFactory(place=PlaceFactory(name="Team Town", team=TeamFactory()), place_as_reported="")
    assert "Team Town" not in words_of(reader.get(reverse("incidents")))


def test_fifty_to_a_page_and_on(reader):
    place = PlaceFactory()
    more_like(IncidentFactory(place=place), 51)
    first = reader.get(reverse("incidents"), {"place": place.ref})
    assert len(refs(first)) == 50
    older = html.unescape(re.search(r'rel="next" href="([^"]+)"', first.content.decode()).group(1))
    second = reader.get(reverse("incidents") + older)
    assert len(refs(second)) == 2
    assert not set(refs(first)) & set(refs(second))


# ---- Statements ----


def test_a_statement_with_speaker_words_source_and_incident(reader):
    statement = StatementFactory(party=PartyFactory(name="CNN"))
    text = words_of(reader.get(reverse("statements")))
    for words in ("Allegation", "CNN", f"“{WORDS}”", statement.incidents.get().title, "3 Apr 2022", "Not answered by"):
        assert words in text, words


def test_statements_by_party_kind_finding_and_incident(reader):
    allegation = StatementFactory(party=PartyFactory(name="CNN"))
    denial = StatementFactory(kind="denial", party=PartyFactory(name="Ministry of Defence"))
    approve_finding(denial, "contradicted")
    for query, wanted in (
        ({"party": "cnn"}, allegation),
        ({"party": denial.party.ref}, denial),
        ({"kind": "denial"}, denial),
        ({"finding": "contradicted"}, denial),
        ({"incident": allegation.incidents.get().ref}, allegation),
        ({"incident": denial.incidents.get().title}, denial),
        ({"accused": allegation.accuses.get().party.ref}, allegation),
        ({"answered": "unanswered"}, allegation),
    ):
        assert refs(reader.get(reverse("statements"), query)) == [wanted.ref], query


def test_a_speaker_the_reader_may_not_see_is_withheld_and_not_found_by_name(reader):
    hidden = PartyFactory(name="Secret Service", team=TeamFactory())
    statement = StatementFactory(party=hidden)
    answer = reader.get(reverse("statements"))
    assert refs(answer) == [statement.ref]
    assert "speaker withheld" in words_of(answer)
    assert "Secret Service" not in answer.content.decode()
    assert refs(reader.get(reverse("statements"), {"party": hidden.ref})) == []


def test_a_witness_is_withheld_and_not_found_by_name(reader):
    witness = PartyFactory(name="Olena K.", kind="witness")
    statement = StatementFactory(kind="testimony", party=witness, handling=["witness_identity"])
    answer = reader.get(reverse("statements"))
    assert refs(answer) == [statement.ref]
    assert "Olena" not in answer.content.decode()
    assert refs(reader.get(reverse("statements"), {"party": "Olena K."})) == []
    cleared = signed_in(analyst(flags=["witness_identity"]))
    assert refs(cleared.get(reverse("statements"), {"party": "Olena K."})) == [statement.ref]


def test_words_behind_a_flag_are_not_sent(reader):
    StatementFactory(handling=["victim_identity"])
    answer = reader.get(reverse("statements"))
    assert "Words withheld from you" in words_of(answer)
    assert WORDS not in answer.content.decode()


def test_a_source_the_reader_may_not_see_is_not_named(reader):
    StatementFactory(capture=CaptureFactory(source=SourceFactory(title="Leaked paper", team=TeamFactory())))
    assert "Leaked paper" not in reader.get(reverse("statements")).content.decode()


def test_an_incident_the_reader_may_not_see_is_not_named(reader):
    StatementFactory(incident=IncidentFactory(title="Secret strike", team=TeamFactory()))
    assert "Secret strike" not in reader.get(reverse("statements")).content.decode()


def test_pasted_words_say_so(reader):
    StatementFactory(capture=CaptureFactory(obtained="pasted", source=SourceFactory(title="Leaflet")))
    assert "Pasted" in words_of(reader.get(reverse("statements")))


# ---- Sources ----


def test_sources_by_outcome_of_the_newest_capture(reader):
    captured = CaptureFactory().source
    failed = CaptureFactory().source
    CaptureFactory(source=failed, outcome="http.404", text="", body=None, walker_version=None)
    waiting = capture_under_way().source
    for code, wanted in (("captured", captured), ("missing", failed), ("http.404", failed), ("under_way", waiting)):
        assert refs(reader.get(reverse("sources"), {"outcome": code})) == [wanted.ref], code
    text = words_of(reader.get(reverse("sources")))
    assert "Page not found (404)" in text
    assert "Capture under way" in text
    assert "capture 2" in text


def test_sources_by_host_publisher_kind_and_incident(reader):
    statement = StatementFactory(capture=CaptureFactory(source=SourceFactory(host="www.cbs.example", kind="broadcast")))
    SourceFactory()
    source = statement.renderings.get().source
    for query in (
        {"host": "https://cbs.example/face"},
        {"publisher": source.publisher.name},
        {"kind": "broadcast"},
        {"incident": statement.incidents.get().ref},
    ):
        assert refs(reader.get(reverse("sources"), query)) == [source.ref], query
    assert "1 statement rests on it" in words_of(reader.get(reverse("sources"), {"kind": "broadcast"}))


def test_statements_the_reader_may_not_see_are_not_counted(reader):
    StatementFactory(team=TeamFactory())
    assert "0 statements rest on it" in words_of(reader.get(reverse("sources")))


def test_a_publisher_the_reader_may_not_see_is_not_named(reader):
    SourceFactory(publisher=PartyFactory(name="Hidden Press", team=TeamFactory()))
    assert "Hidden Press" not in reader.get(reverse("sources")).content.decode()


def test_a_title_from_outside_stays_words(reader):
    SourceFactory(title="<script>alert(1)</script>\u202e")
    page = reader.get(reverse("sources")).content.decode()
    assert "<script>alert" not in page
    assert "U+202E" in page


# ---- Queries ----


def whole_case():
    """An incident with a place, an allegation, a denial, a figure and a release."""
    incident = IncidentFactory(workflow="approved")
    allegation = StatementFactory(incident=incident)
    LinkFactory(to_statement=allegation)
    FigureFactory(statement=allegation)
    publish(incident)


ASKED = [
    ("incidents", {}),
    ("incidents", {"place": "Bucha", "answered": ["answered", "unanswered"], "released": "released"}),
    ("statements", {}),
    ("statements", {"party": "Ministry", "accused": "Ministry", "incident": "Killings", "answered": "unanswered"}),
    ("sources", {}),
    ("sources", {"publisher": "Ministry", "incident": "Killings", "outcome": "captured"}),
    ("parties", {}),
    ("parties", {"q": "Ministry"}),
]


def test_as_many_queries_for_one_row_as_for_five(reader, django_assert_max_num_queries):
    def counts():
        for name, query in ASKED:
            with django_assert_max_num_queries(12) as asked:
                assert reader.get(reverse(name), query).status_code == 200
            yield len(asked)

    whole_case()
    one = list(counts())
    for _each in range(4):
        whole_case()
    assert Incident.objects.count() >= 5
    assert list(counts()) == one
