"""The Reader and the statement form: words taken from captured text, by any way a person may come."""

from datetime import timedelta

import pytest
from django.urls import reverse

from claims import logbook
from claims.models import Incident, Link, OutsideNote, Statement
from claims.reading import paragraphs
from sources.models import Party
from sources.quotes import to_utf16
from tests.factories import (
    CaptureFactory,
    IncidentFactory,
    MediaItemFactory,
    PartyFactory,
    PlaceFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    viewer,
)

pytestmark = pytest.mark.django_db
TEXT = (
    "🕯 Bodies were seen in Bukha.\nThe Ministry of Truth said “no locals were harmed” on Sunday.\n"
    "It repeated: no locals were harmed, in Bhutan or elsewhere. “Fake”, it said."
)
WORDS = "no locals were harmed"


@pytest.fixture
def capture():
    return CaptureFactory(text=TEXT)


@pytest.fixture
def signed_in(client):
    client.person = analyst()
    client.force_login(client.person)
    return client


@pytest.fixture
def ministry():
    return PartyFactory(name="Ministry of Truth")


def log_address(capture) -> str:
    return reverse("capture-log", args=[capture.source.ref, capture.number])


def selected(capture, words: str = WORDS) -> dict:
    start = capture.text.index(words)
    first, last = to_utf16(capture.text, start, start + len(words))
    return {"exact": words, "start": first, "end": last}


def form(capture, incident, **changes) -> dict:
    given = selected(capture) | {
        "party": "ministry of truth",
        "kind": "denial",
        "responsibility_position": "denies_act",
        "words_are": "publisher",
        "lang": "en",
        "said": "2022-04-03",
        "incidents": [incident.ref],
        "spoken_as": "official_channel",
        "how_known": "official_publication",
        "checkability": "factual",
        "tlp": "AMBER",
        "said_zone": "UTC",
    }
    return given | changes


def test_a_statement_and_its_new_incident_are_marked_from_their_first_moment(signed_in, capture, ministry):
    team = TeamFactory()
    signed_in.person.teams.add(team)
    sent = form(capture, IncidentFactory(), handling=["graphic"], team=team.pk, new_incident="The night of 3 April")
    sent |= {"kind": "authenticity_claim", "media_description": "A video of the street"}
    assert signed_in.post(log_address(capture), sent).status_code == 302
    logged, opened = Statement.objects.get(), Incident.objects.get(title="The night of 3 April")
    for record in (logged, opened, logged.media_item):
        assert (record.handling, record.team, record.version) == (["graphic"], team, 1)
    opens = signed_in.get(log_address(capture)).context["form"]
    assert (opens["handling"].value(), opens["team"].value()) == (["graphic"], team.pk), "as the last one"
    refused = signed_in.post(log_address(capture), form(capture, opened, team=TeamFactory().pk, kind="appeal"))
    assert refused.status_code == 422
    assert "team" in refused.context["form"].errors


def test_the_reader_shows_the_text_and_what_was_taken_from_it(signed_in, capture):
    statement = StatementFactory(capture=capture, words="Fake", kind="no_comment")
    page = signed_in.get(capture.source.get_absolute_url()).content.decode()
    assert "<mark><bdi>Fake</bdi></mark><sup>1</sup>" in page
    assert statement.get_absolute_url() in page
    assert 'data-start="0"' in page


def test_paragraphs_start_where_browsers_count_them():
    made = paragraphs(TEXT, [])
    assert [paragraph.start for paragraph in made] == [0, 29 + 1, TEXT.index("It repeated") + 1]


def test_spellings_of_a_place_are_offered_as_one_and_bhutan_is_not_taken_for_it(signed_in, capture):
    PlaceFactory(name="Bucha")
    page = signed_in.get(capture.source.get_absolute_url())
    [(place, spellings)] = page.context["places"]
    assert place.name == "Bucha"
    assert spellings == ["Bukha"]


def test_selecting_words_opens_the_form_with_words_language_and_date(signed_in, capture, ministry):
    capture.source.published = "2022-04-03"
    capture.source.save(update_fields=["published"])
    response = signed_in.get(log_address(capture), selected(capture))
    opened = response.context["form"]
    assert opened["exact"].value() == WORDS
    assert opened["lang"].value() == "en"
    assert opened["said"].value() == "2022-04-03"
    assert (ministry.ref, "Ministry of Truth") in opened.fields["party_near"].choices


def test_long_selections_come_as_offsets_only(signed_in, capture):
    given = selected(capture) | {"exact": ""}
    assert signed_in.get(log_address(capture), given).context["form"]["exact"].value() == WORDS


def test_logging_a_denial_anchors_the_very_words(signed_in, capture, ministry):
    incident = IncidentFactory()
    response = signed_in.post(log_address(capture), form(capture, incident))
    assert response.status_code == 302, response.context["form"].errors
    statement = Statement.objects.get()
    rendering = statement.renderings.get()
    assert (statement.party, statement.kind, statement.workflow) == (ministry, "denial", "draft")
    assert capture.text[rendering.start : rendering.end] == rendering.exact == rendering.text == WORDS
    assert rendering.checks.get().outcome == "exact"
    assert list(statement.incidents.all()) == [incident]


def test_denial_must_quote_a_capture(signed_in, capture, ministry):
    response = signed_in.post(
        log_address(capture), form(capture, IncidentFactory(), exact="nobody was harmed", start="", end="")
    )
    assert response.status_code == 422
    assert "do not stand in the captured text" in response.content.decode()
    assert not Statement.objects.exists()
    assert response.context["form"]["said"].value() == "2022-04-03"  # nothing typed is lost


def test_without_script_words_in_several_places_become_a_choice(signed_in, capture, ministry):
    given = form(capture, IncidentFactory(), start="", end="")
    response = signed_in.post(log_address(capture), given)
    assert response.status_code == 422
    places = [code for code, _words in response.context["form"].fields["place"].choices]
    assert len(places) == 2
    response = signed_in.post(log_address(capture), given | {"place": places[1]})
    assert response.status_code == 302
    assert Statement.objects.get().renderings.get().start == TEXT.rindex(WORDS)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"start": 5000, "end": 5010}, "exact"),
        ({"start": 9, "end": 3}, "exact"),
        ({"responsibility_position": ""}, "responsibility_position"),
        ({"party": "Nobody We Know"}, "party"),
        ({"party": ""}, "party"),
        ({"incidents": []}, "incidents"),
        ({"said": "03.04.2022"}, "said"),
        ({"said_zone": "Mars/Olympus"}, "said"),
        ({"kind": "authenticity_claim"}, "media_item"),
        ({"kind": "allegation"}, "accuses"),
        ({"kind": "allegation", "accuses": "ministry of truth", "names_nobody": "on"}, "accuses"),
        ({"words_are": "paraphrase", "text": "“nobody was hurt”"}, "text"),
        ({"words_are": "paraphrase", "text": ""}, "text"),
        ({"kind": "rumour"}, "kind"),
        ({"tlp": "RED"}, "tlp"),
    ],
)
def test_each_refusal_stands_beside_its_field(signed_in, capture, ministry, change, field):
    response = signed_in.post(log_address(capture), form(capture, IncidentFactory(), **change))
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert (field or "__all__") in errors, errors
    assert not Statement.objects.exists()


def test_a_new_party_and_a_new_incident_come_from_the_form(signed_in, capture):
    given = form(
        capture,
        IncidentFactory(),
        incidents=[],
        party="Office of Silence",
        party_kind="state_body",
        new_incident="Killings in Bucha",
        new_incident_occurred="2022-03",
    )
    assert signed_in.post(log_address(capture), given).status_code == 302
    statement = Statement.objects.get()
    assert statement.party.name == "Office of Silence"
    assert statement.incidents.get().title == "Killings in Bucha"


def test_a_refused_form_leaves_no_new_party_or_incident_behind(signed_in, capture):
    given = form(
        capture,
        IncidentFactory(),
        incidents=[],
        party="Office of Silence",
        party_kind="state_body",
        new_incident="Killings in Bucha",
        new_incident_occurred="not a date",
    )
    parties, incidents = Party.objects.count(), Incident.objects.count()
    assert signed_in.post(log_address(capture), given).status_code == 422
    assert (Party.objects.count(), Incident.objects.count()) == (parties, incidents)


def test_an_allegation_accuses_and_the_answer_is_linked_from_the_form(signed_in, capture, ministry):
    incident = IncidentFactory()
    claim = StatementFactory(incident=incident, accused=[ministry])
    given = form(capture, incident, answers=claim.ref, link_type="denies", aspect="occurrence", basis="explicit")
    assert signed_in.post(log_address(capture), given).status_code == 302
    link = Link.objects.get()
    assert (link.to_statement, link.type, link.basis) == (claim, "denies", "explicit")


def test_answering_without_saying_how_is_refused_and_nothing_is_written(signed_in, capture, ministry):
    incident = IncidentFactory()
    claim = StatementFactory(incident=incident)
    response = signed_in.post(log_address(capture), form(capture, incident, answers=claim.ref, kind="announcement"))
    assert "link_type" in response.context["form"].errors
    assert Statement.objects.count() == 1


def test_an_authenticity_claim_names_its_video(signed_in, capture, ministry):
    video = MediaItemFactory(description="Video of the street")
    given = form(
        capture, IncidentFactory(), kind="authenticity_claim", media_item=video.ref, responsibility_position=""
    )
    assert signed_in.post(log_address(capture), given).status_code == 302
    assert Statement.objects.get().media_item == video


def test_a_form_that_comes_twice_in_a_moment_is_one_statement(signed_in, capture, ministry):
    incident = IncidentFactory()
    first, second = (signed_in.post(log_address(capture), form(capture, incident)) for _time in range(2))
    assert first.url == second.url
    assert Statement.objects.count() == 1


def test_the_same_words_of_another_kind_or_later_are_a_statement_of_their_own(
    signed_in, capture, ministry, monkeypatch
):
    incident = IncidentFactory()
    signed_in.post(log_address(capture), form(capture, incident))
    signed_in.post(log_address(capture), form(capture, incident, kind="testimony", responsibility_position=""))
    assert Statement.objects.count() == 2
    monkeypatch.setattr(logbook, "MOMENT", timedelta(minutes=-1))  # the test is one moment of the database's clock
    signed_in.post(log_address(capture), form(capture, incident))
    assert Statement.objects.count() == 3


def test_the_next_statement_starts_from_what_the_last_one_shared_but_not_from_its_speaker(signed_in, capture, ministry):
    incident = IncidentFactory()
    given = form(capture, incident, said_zone="Europe/Kyiv", tlp="GREEN", answers="")
    signed_in.post(log_address(capture), given)
    opened = signed_in.get(log_address(capture), selected(capture, "Fake")).context["form"]
    assert opened["incidents"].value() == [incident.ref]
    assert (opened["said"].value(), opened["said_zone"].value()) == ("2022-04-03", "Europe/Kyiv")
    assert (opened["words_are"].value(), opened["tlp"].value()) == ("publisher", "GREEN")
    assert not opened["party"].value()
    assert not opened["kind"].value()


def test_what_is_left_open_follows_from_the_kind_and_from_who_speaks(signed_in, capture, ministry):
    outlet = PartyFactory(name="Meridian Wire", kind="media")
    claim = StatementFactory(incident=(incident := IncidentFactory()), accused=[ministry])
    open_fields = {"spoken_as": "", "checkability": "", "answers": claim.ref, "link_type": "", "aspect": ""}
    signed_in.post(log_address(capture), form(capture, incident, party=outlet.ref, **open_fields))
    logged = Statement.objects.get(party=outlet)
    assert (logged.spoken_as, logged.checkability) == ("journalist", "factual")
    link = Link.objects.get(from_statement=logged)
    assert (link.type, link.aspect) == ("denies", "occurrence")


def test_a_role_said_once_in_a_source_holds_for_the_next_words_of_that_speaker(signed_in, capture, ministry):
    signed_in.post(log_address(capture), form(capture, IncidentFactory(), spoken_as="spokesperson"))
    given = form(capture, IncidentFactory(), spoken_as="") | selected(capture, "Fake")
    signed_in.post(log_address(capture), given)
    assert set(Statement.objects.values_list("spoken_as", flat=True)) == {"spokesperson"}


def test_more_words_are_added_to_a_statement_and_replace_none(signed_in, capture):
    statement = StatementFactory()
    address = reverse("capture-words", args=[capture.source.ref, capture.number])
    given = selected(capture) | {"add_to": statement.ref, "words_are": "publisher", "lang": "en"}
    response = signed_in.post(address, given)
    assert response.status_code == 302, response.context["form"].errors
    assert statement.renderings.count() == 2


def test_an_outside_note_keeps_the_exact_words(signed_in, capture, ministry):
    incident = IncidentFactory()
    address = reverse("capture-note", args=[capture.source.ref, capture.number])
    given = selected(capture, "“Fake”, it said.") | {
        "party": ministry.ref,
        "incident": incident.ref,
        "aspect": "occurrence",
        "tlp": "GREEN",
    }
    assert signed_in.post(address, given).status_code == 302
    assert OutsideNote.objects.get().wording == "“Fake”, it said."


def test_pasted_is_shown_beside_the_text(signed_in):
    capture = CaptureFactory(text=TEXT, obtained="pasted")
    assert "Pasted" in signed_in.get(capture.source.get_absolute_url()).content.decode()


def test_hidden_text_is_shown_as_such_and_cannot_be_quoted(signed_in, ministry):
    start = TEXT.index(WORDS)
    flags = [{"start": start, "end": start + len(WORDS), "flag": "hidden"}]
    capture = CaptureFactory(text=TEXT, flags=flags)
    assert 'class="unseen"' in signed_in.get(capture.source.get_absolute_url()).content.decode()
    response = signed_in.post(log_address(capture), form(capture, IncidentFactory()))
    assert "exact" in response.context["form"].errors


def test_bidi_controls_are_shown_by_number(signed_in):
    capture = CaptureFactory(text="before \u202e after")
    assert 'data-code="202E"' in signed_in.get(capture.source.get_absolute_url()).content.decode()


def test_failures_are_named_with_what_can_be_done(signed_in):
    failed = CaptureFactory(outcome="http.403", body=None, text="", walker_version=None)
    page = signed_in.get(failed.source.get_absolute_url()).content.decode()
    assert "http.403" in page
    assert "Upload it instead" in page
    assert "Retry" in page


def test_a_viewer_reads_approved_sources_and_may_take_nothing(client, capture):
    client.force_login(viewer())
    assert client.get(capture.source.get_absolute_url()).status_code == 404
    capture.source.workflow = "approved"
    capture.source.save(update_fields=["workflow"])
    page = client.get(capture.source.get_absolute_url())
    assert page.status_code == 200
    assert "adder" not in page.content.decode()
    assert client.get(log_address(capture)).status_code == 403


def test_statements_one_may_not_see_leave_no_mark(signed_in, capture):
    StatementFactory(capture=capture, words="Fake", kind="no_comment", team=TeamFactory())
    page = signed_in.get(capture.source.get_absolute_url()).content.decode()
    assert "<mark>" not in page
    assert "0 passages taken" in page


@pytest.mark.parametrize("count", [1, 4])
def test_the_reader_asks_the_database_as_often_for_one_statement_as_for_four(
    signed_in, capture, count, django_assert_max_num_queries
):
    for _number in range(count):
        StatementFactory(capture=capture, words="Fake", kind="no_comment")
    with django_assert_max_num_queries(20):
        signed_in.get(capture.source.get_absolute_url())


# ---- Who is quoted, in the words of the text


def test_the_words_that_say_who_is_quoted_have_a_place_of_their_own(signed_in, capture, ministry):
    incident = IncidentFactory()
    given = form(capture, incident, attribution="The Ministry of Truth said")
    assert signed_in.post(log_address(capture), given).status_code == 302
    rendering = Statement.objects.get().renderings.get()
    assert rendering.attribution_exact == "The Ministry of Truth said"
    assert capture.text[rendering.attribution_start : rendering.attribution_end] == rendering.attribution_exact
    assert rendering.checks.get().attribution_outcome == "exact"
    page = signed_in.get(capture.get_absolute_url()).content.decode()
    assert '<span class="says-who"><bdi>The Ministry of Truth said</bdi><sup>1</sup></span>' in page
    assert "The Ministry of Truth said" in signed_in.get(rendering.statement.get_absolute_url()).content.decode()


def test_of_two_places_the_one_selected_is_taken_as_attribution(signed_in, capture, ministry):
    capture = CaptureFactory(text=f"{TEXT} The Ministry of Truth said so.")
    place = capture.text.rindex("The Ministry of Truth said")
    first, last = to_utf16(capture.text, place, place + 26)
    given = form(capture, IncidentFactory(), attribution="The Ministry of Truth said", attribution_start=first,
                 attribution_end=last)  # fmt: skip
    assert signed_in.post(log_address(capture), given).status_code == 302
    assert Statement.objects.get().renderings.get().attribution_start == place


@pytest.mark.parametrize("words", ["Somebody else said", "x" * 700])
def test_words_that_do_not_stand_in_the_text_are_no_attribution(signed_in, capture, ministry, words):
    response = signed_in.post(log_address(capture), form(capture, IncidentFactory(), attribution=words))
    assert response.status_code == 422
    assert "attribution" in response.context["form"].errors
    assert not Statement.objects.exists()


def test_an_attribution_is_offered_and_never_set_unasked(signed_in, capture, ministry):
    response = signed_in.get(log_address(capture), selected(capture))
    page = response.content.decode()
    assert '<option value="The Ministry of Truth said"></option>' in page
    assert not response.context["form"]["attribution"].value()
    assert signed_in.post(log_address(capture), form(capture, IncidentFactory())).status_code == 302
    assert Statement.objects.get().renderings.get().attribution_start is None


def test_an_attribution_is_not_shown_where_the_speaker_is_withheld(signed_in, capture, ministry):
    signed_in.post(log_address(capture), form(capture, IncidentFactory(), attribution="The Ministry of Truth said"))
    statement = Statement.objects.get()
    Statement.objects.filter(pk=statement.pk).update(handling=["witness_identity"])
    assert "says-who" not in signed_in.get(statement.get_absolute_url()).content.decode()


def test_words_taken_from_an_older_capture_are_looked_for_in_the_newer_ones_at_once(signed_in, capture, ministry):
    CaptureFactory(source=capture.source, text=TEXT.replace("no locals were harmed", "locals were harmed"))
    assert signed_in.post(log_address(capture), form(capture, IncidentFactory())).status_code == 302
    checks = Statement.objects.get().renderings.get().checks.order_by("capture__number")
    assert [check.outcome for check in checks] == ["exact", "ambiguous"]
