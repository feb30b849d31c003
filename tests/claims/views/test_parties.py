"""A party's page and its forms; the pages of a place and of a media item."""

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import MediaItem
from harmtracker.models import AuditEvent
from sources.models import Affiliation, Party, PartyName
from sources.names import fold
from tests.claims.views.test_lists import refs, signed_in, words_of
from tests.factories import (
    AffiliationFactory,
    AssessmentFactory,
    IncidentFactory,
    LinkFactory,
    MediaItemFactory,
    PartyFactory,
    PlaceFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    admin,
    analyst,
    approve_finding,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return signed_in(analyst())


def named(party, text, lang=""):
    return PartyName.objects.create(party=party, text=text, lang=lang, folded=fold(text))


def without_token(answer):
    """The page without the form token, which is masked anew in every answer."""
    return re.sub(rb"[A-Za-z0-9]{64}", b"", answer.content)


# ---- The list ----


@pytest.mark.parametrize("words", ["Zelensky", "Zelenskyy", "Зеленський", "Зеленский", "zelensk"])
def test_one_party_in_every_script_and_spelling(reader, words):
    president = PartyFactory(name="Volodymyr Zelensky", kind="person")
    named(president, "Володимир Зеленський", "uk")
    PartyFactory(name="International Criminal Court")
    assert refs(reader.get(reverse("parties"), {"q": words})) == [president.ref]


def test_a_search_without_letters_finds_nobody_and_says_so(reader):
    PartyFactory()
    answer = reader.get(reverse("parties"), {"q": "!!!"})
    assert refs(answer) == []
    assert "No party by that name" in words_of(answer)


def test_parties_by_name_without_those_merged_or_kept_from_the_reader(reader):
    second, first = PartyFactory(name="Beta"), PartyFactory(name="Alpha")
    PartyFactory(name="Gamma", merged_into=first)
    PartyFactory(name="Delta", team=TeamFactory())
    PartyFactory(name="Witness 4", handling=["witness_identity"])
    answer = reader.get(reverse("parties"))
    assert refs(answer) == [first.ref, second.ref]
    assert refs(reader.get(reverse("parties"), {"q": "Witness 4"})) == []


# ---- The page ----


def test_names_in_all_scripts_and_dated_ties(reader):
    president = PartyFactory(name="Volodymyr Zelensky", kind="person")
    named(president, "Зеленський", "uk")
    office = PartyFactory(name="President of Ukraine", kind="office")
    AffiliationFactory(party=president, body=office, kind="holds", since=date(2019, 5, 20))
    page = reader.get(president.get_absolute_url())
    assert 'lang="uk"' in page.content.decode()
    for words in ("Зеленський", "holds the office President of Ukraine", "since 20 May 2019"):
        assert words in words_of(page), words
    assert "Volodymyr Zelensky" in words_of(reader.get(office.get_absolute_url()))


def test_a_tie_to_a_party_the_reader_may_not_see_is_absent(reader):
    tie = AffiliationFactory(body=PartyFactory(name="Secret Service", team=TeamFactory()))
    assert "Secret Service" not in reader.get(tie.party.get_absolute_url()).content.decode()


def test_what_it_said_is_listed_and_the_hidden_is_not(reader):
    party = PartyFactory()
    said = StatementFactory(kind="denial", party=party)
    StatementFactory(kind="denial", party=party, team=TeamFactory())
    answer = reader.get(party.get_absolute_url())
    assert said.ref in refs(answer)
    assert len(refs(answer)) == 2  # its own and the statement's


def test_its_position_is_the_newest_by_it_or_for_it(reader):
    state = PartyFactory(name="The State", kind="state")
    ministry = AffiliationFactory(body=state).party
    incident = IncidentFactory(title="Strike at the bridge")
    StatementFactory(kind="denial", party=state, incident=incident, responsibility_position="denies_act")
    StatementFactory(
        kind="acknowledgement", party=ministry, incident=incident,
        said="2022-05-01", said_start=datetime(2022, 5, 1, tzinfo=UTC), said_end=datetime(2022, 5, 2, tzinfo=UTC),
        responsibility_position="acknowledges_act_denies_responsibility",
    )  # fmt: skip
    answer = words_of(reader.get(state.get_absolute_url()))
    assert "Acknowledges the act, denies responsibility" in answer
    assert f"said by {ministry.name}" in answer
    assert "Denies the act" not in answer


def test_a_former_spokesman_does_not_speak_for_it(reader):
    state = PartyFactory(kind="state")
    tie = AffiliationFactory(body=state, kind="acts_for", until=date(2021, 12, 31))
    StatementFactory(kind="denial", party=tie.party)
    assert "Denies the act" not in words_of(reader.get(state.get_absolute_url()))


def test_never_answered_and_answered_are_two_lists(reader):
    party = PartyFactory()
    open_one, answered = StatementFactory(accused=[party]), StatementFactory(accused=[party])
    denial = StatementFactory(kind="denial", party=party, incident=answered.incidents.get())
    LinkFactory(to_statement=answered, from_statement=denial)
    page = reader.get(party.get_absolute_url())
    never, _between, rest = page.content.decode().partition('id="positions-h"')
    assert open_one.ref in never
    assert answered.ref not in never
    assert answered.ref in rest
    assert f"{reverse('question-silences')}?accused={party.ref}" in never


def test_an_allegation_the_reader_may_not_see_accuses_nobody(reader):
    party = PartyFactory()
    hidden = StatementFactory(accused=[party], team=TeamFactory())
    assert hidden.ref not in reader.get(party.get_absolute_url()).content.decode()


@pytest.mark.parametrize("path", ["party", "party-edit", "place", "media-item"])
def test_not_visible_is_as_unknown(reader, path):
    made = {"party": PartyFactory, "party-edit": PartyFactory, "place": PlaceFactory, "media-item": MediaItemFactory}
    hidden = made[path](team=TeamFactory())
    unseen = reader.get(reverse(path, args=[hidden.ref]))
    unknown = reader.get(reverse(path, args=[hidden.ref[:3] + "0" * (len(hidden.ref) - 3)]))
    assert unseen.status_code == unknown.status_code == 404
    assert without_token(unseen) == without_token(unknown)


# ---- A new party ----


def send(client, name, kind="state_body", **fields):
    return client.post(reverse("party-new"), {"name": name, "kind": kind} | fields)


@pytest.mark.parametrize("person", [analyst, editor])
def test_adding_a_party(person):
    answer = send(signed_in(person()), "  Ministry of Health ", description="Of Ukraine")
    party = Party.objects.get()
    assert (answer.status_code, answer.url) == (302, party.get_absolute_url())
    assert (party.name, party.kind, party.description) == ("Ministry of Health", "state_body", "Of Ukraine")
    assert AuditEvent.objects.filter(verb="party.created").count() == 1


@pytest.mark.parametrize("person", [viewer, admin])
def test_who_may_not_edit_has_no_form_and_no_button(person):
    client = signed_in(person())
    party = PartyFactory()
    assert client.get(reverse("party-new")).status_code == 403
    assert send(client, "Other").status_code == 403
    assert client.post(reverse("party-edit", args=[party.ref]), {"add": "name", "name-text": "X"}).status_code == 403
    assert reverse("party-new") not in client.get(reverse("parties")).content.decode()
    assert reverse("party-edit", args=[party.ref]) not in client.get(party.get_absolute_url()).content.decode()
    assert Party.objects.count() == 1


def test_nobody_signed_in_adds_nothing():
    assert "What you typed is kept" in send(Client(), "Other").content.decode()
    assert not Party.objects.exists()


def test_a_party_needs_a_name_and_keeps_the_rest(reader):
    answer = send(reader, " ", description="Of Ukraine")
    assert answer.status_code == 422
    assert "Of Ukraine" in answer.content.decode()
    assert not Party.objects.exists()


def test_an_unknown_kind_is_refused(reader):
    assert send(reader, "Other", kind="planet").status_code == 422
    assert not Party.objects.exists()


def test_the_same_name_again_shows_the_one_that_is_held(reader):
    send(reader, "Ministry of Health")
    held = Party.objects.get()
    answer = send(reader, "ministry of  health")
    assert answer.status_code == 422
    assert held.get_absolute_url() in answer.content.decode()
    assert Party.objects.count() == 1
    assert send(reader, "Ministry of Health", is_another="on").status_code == 302
    assert Party.objects.count() == 2


def test_a_party_of_that_name_the_reader_may_not_see_is_not_given_away(reader):
    PartyFactory(name="Secret Service", team=TeamFactory())
    assert send(reader, "Secret Service").status_code == 302


# ---- Names and ties ----


def add(client, party, what, **fields):
    data = {"add": what} | {f"{what}-{name}": value for name, value in fields.items()}
    return client.post(reverse("party-edit", args=[party.ref]), data)


def test_adding_a_name_twice_keeps_one(reader):
    party = PartyFactory(name="Bellingcat")
    for _each in range(2):
        assert add(reader, party, "name", text="Беллінгкет", lang="uk", kind="transliteration").status_code == 302
    name = party.names.get(lang="uk")
    assert (name.text, name.kind, name.folded) == ("Беллінгкет", "transliteration", fold("Беллінгкет"))
    assert refs(reader.get(reverse("parties"), {"q": "Беллінгкет"})) == [party.ref]


@pytest.mark.parametrize(
    "fields", [{"text": ""}, {"text": "x" * 201}, {"text": "X", "lang": "not a tag"}, {"text": "X", "kind": "pet"}]
)
def test_a_name_that_cannot_be_is_refused_and_kept(reader, fields):
    party = PartyFactory()
    answer = add(reader, party, "name", **({"kind": "official"} | fields))
    assert answer.status_code == 422
    assert "to mend" in words_of(answer)
    assert party.names.count() == 1


def test_adding_a_tie_by_any_spelling(reader):
    party, state = PartyFactory(), PartyFactory(name="Ukraine", kind="state")
    named(state, "Україна", "uk")
    answer = add(reader, party, "tie", kind="belongs_to", body="україна", since="2020-01-01", until="")
    assert answer.status_code == 302
    tie = Affiliation.objects.get()
    assert (tie.party, tie.body, tie.since, tie.until) == (party, state, date(2020, 1, 1), None)


def test_the_same_tie_twice_is_said(reader):
    party, state = PartyFactory(), PartyFactory()
    add(reader, party, "tie", kind="belongs_to", body=state.ref)
    answer = add(reader, party, "tie", kind="belongs_to", body=state.ref)
    assert answer.status_code == 422
    assert "This tie is recorded already" in words_of(answer)
    assert Affiliation.objects.count() == 1


def test_ties_that_cannot_be(reader):
    party, other = PartyFactory(), PartyFactory()
    PartyFactory(name="Twin")
    PartyFactory(name="Twin")
    for fields, sentence in (
        ({"body": "Nobody Known"}, "No party you can see has this name"),
        ({"body": "Twin"}, "Several parties have this name"),
        ({"body": party.ref}, "does not belong to itself"),
        ({"body": other.ref, "since": "2022-02-02", "until": "2021-01-01"}, "ends before it begins"),
        ({"body": other.ref, "since": "yesterday"}, "Enter a valid date"),
        ({"body": other.ref, "kind": "marries"}, "Select a valid choice"),
    ):
        answer = add(reader, party, "tie", **({"kind": "belongs_to"} | fields))
        assert answer.status_code == 422, fields
        assert sentence in words_of(answer), fields
    assert not Affiliation.objects.exists()


def test_a_body_the_reader_may_not_see_is_not_found(reader):
    hidden = PartyFactory(name="Secret Service", team=TeamFactory())
    answer = add(reader, PartyFactory(), "tie", kind="belongs_to", body=hidden.ref)
    assert "No party you can see has this name" in words_of(answer)


# ---- A place ----


def test_a_place_its_names_and_the_incidents_there(reader):
    place = PlaceFactory(name="Bucha")
    place.names.create(text="Буча", lang="uk", folded=fold("Буча"))
    here = IncidentFactory(place=place)
    IncidentFactory()
    IncidentFactory(place=place, team=TeamFactory())
    IncidentFactory(place=place, handling=["precise_location"])
    answer = reader.get(place.get_absolute_url())
    assert "Буча" in words_of(answer)
    assert refs(answer) == [place.ref, here.ref]


# ---- A media item ----


def test_a_media_item_is_described_and_never_shown(reader):
    item = MediaItemFactory(handling=["graphic"], address="https://video.example/1", source=None)
    about = StatementFactory(kind="authenticity_claim", media_item=item)
    answer = reader.get(item.get_absolute_url())
    page = answer.content.decode()
    assert item.description in page
    assert "Graphic" in words_of(answer)
    assert "Not shown" in words_of(answer)
    assert about.ref in refs(answer)
    assert not [tag for tag in ("<img", "<video", "<iframe", 'href="https://video.example') if tag in page]


def test_its_finding_and_assessments(reader):
    item = MediaItemFactory(workflow="approved", tlp="GREEN")
    approve_finding(item, "corroborated", public_wording="Two origins agree.", reasons="Shadows match.")
    AssessmentFactory(subject=item, finding="contradicted", reasons="A doubt of ours.", public_wording="Doubtful.")
    text = words_of(reader.get(item.get_absolute_url()))
    for words in ("Corroborated", "Two origins agree.", "Shadows match.", "not decided yet", "A doubt of ours."):
        assert words in text, words
    outside = words_of(signed_in(viewer()).get(item.get_absolute_url()))
    assert "Two origins agree." in outside
    for words in ("Shadows match.", "A doubt of ours.", "Doubtful.", "Proposed by"):
        assert words not in outside, words


def test_what_flags_withhold_of_a_media_item(reader):
    item = MediaItemFactory(
        handling=["victim_identity", "source_identity"],
        source=SourceFactory(title="A leak"),
        address="https://a.example",
    )
    page = reader.get(item.get_absolute_url()).content.decode()
    for words in (item.description, "A leak", "https://a.example"):
        assert words not in page, words
    assert "withheld" in page
    assert MediaItem.objects.count() == 1


# ---- Queries ----


def busy(party, place, item):
    incident = IncidentFactory(place=place)
    for accused in (True, False):
        allegation = StatementFactory(accused=[party], incident=incident)
        if accused:
            denial = StatementFactory(kind="denial", party=party, incident=incident)
            LinkFactory(to_statement=allegation, from_statement=denial)
    StatementFactory(kind="authenticity_claim", media_item=item, party=party, incident=incident)
    AffiliationFactory(party=party)
    named(party, f"Name {PartyName.objects.count()}")
    AssessmentFactory(subject=item)


def test_as_many_queries_for_one_row_as_for_four(reader, django_assert_max_num_queries):
    party, place, item = PartyFactory(), PlaceFactory(), MediaItemFactory()
    counted = []
    for rows in (1, 3):
        for _each in range(rows):
            busy(party, place, item)
        for record in (party, place, item):
            with django_assert_max_num_queries(12) as made:
                assert reader.get(record.get_absolute_url()).status_code == 200
            counted.append(len(made))
    assert counted[:3] == counted[3:]
