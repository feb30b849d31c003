"""Suggestions after a capture: what is suggested, in which direction, on what evidence, and what is left alone."""

import pytest
from django.db import connection

from bench import copies as labelled
from harmtracker.models import AuditEvent
from sources.catalogue import suggest_copy
from sources.copies.suggest import look_for_copies
from sources.models import Copy, SourceTraits
from tests.factories import CaptureFactory, CopyFactory, PartyFactory, SourceFactory, analyst, editor

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def texts():
    return labelled.texts()


def captured(text, *, lang="en", published="", source=None, **fields):
    source = source or SourceFactory(lang=lang, published=published, **({} if not published else dated(published)))
    return CaptureFactory(source=source, text=text, lang=lang, **fields)


def dated(day):
    return {"published_start": f"{day}T00:00:00Z", "published_end": f"{day}T23:59:59Z"}


def at(address):
    return SourceFactory(submitted_address=address, address_key=address.removeprefix("https://"))


def look(*captures):
    return [copy for capture in captures for copy in look_for_copies(capture)]


def test_a_damaged_translation_is_suggested_with_its_evidence(texts):
    report = captured(texts["bucha_report"], published="2022-04-03")
    retold = captured(texts["bucha_retold"], published="2022-04-04")
    look(report, retold)

    copy = Copy.objects.get()
    assert (copy.derived, copy.original) == (retold.source, report.source)
    assert (copy.state, copy.kind, copy.suggested_by_machine, copy.created_by) == (
        "suggested", "translation", True, None,
    )  # fmt: skip
    assert 0.4 < copy.score <= 1
    assert ["Bucha", "Bhutan"] in copy.evidence["damaged"]
    assert ["Bucha", "Bukha"] in copy.evidence["names"]
    assert ["452", "452"] in copy.evidence["numbers"]
    assert ["30 March", "March 30"] in copy.evidence["dates"]
    quoted = {pair["original"]: pair for pair in copy.evidence["quotations"]}
    assert quoted["Indeed. This is genocide"]["derived"] == "Really. It is a genocide"
    assert {each["before"] for each in quoted["Indeed. This is genocide"]["operations"]} >= {"Indeed"}
    assert copy.evidence["captures"] == {"derived": str(retold.pk), "original": str(report.pk)}


def test_two_stories_of_one_war_are_not_suggested(texts):
    look(*[captured(texts[name]) for name in ("bucha_report", "mariupol", "bucha_visit", "bucha_other")])

    assert not Copy.objects.exists()
    assert SourceTraits.objects.count() == 4


def test_a_reprint_is_found_whichever_is_captured_first(texts):
    reprint = captured(texts["substation_reprint"], published="2022-02-16")
    original = captured(texts["substation_en"], published="2022-02-15")
    look(reprint, original)

    copy = Copy.objects.get()
    assert (copy.kind, copy.derived, copy.original) == ("reprint", reprint.source, original.source)
    assert copy.evidence["same_words"] > 0.5


def test_on_one_day_the_hour_decides_and_where_none_is_told_the_link(texts):
    hour = {"published": [{"value": "2022-04-03T09:00:00+03:00", "from": "json-ld"}]}
    later = {"published": [{"value": "2022-04-03T10:00:00+00:00", "from": "json-ld"}]}
    derived = captured(texts["convoy_de"], lang="de", published="2022-04-03", metadata=later)
    original = captured(texts["convoy_en"], published="2022-04-03", metadata=hour)
    look(derived, original)
    assert Copy.objects.get().derived == derived.source

    there = captured(texts["church_fr"], lang="fr", source=at("https://news.example/eglise"))
    link = [{"href": f"{there.source.submitted_address}#top", "text": "l'original", "start": 0}]
    here = SourceFactory(created_at=there.source.created_at)
    look(there, captured(texts["church_en"], source=here, links=link))
    copy = Copy.objects.get(derived=here)
    assert (copy.original, copy.evidence["hints"]) == (there.source, ["links"])


def test_hints_are_listed_and_make_no_copy_by_themselves(texts):
    report = captured(texts["bucha_report"], source=at("https://news.example/report"))
    own = {"canonical": [{"value": report.source.submitted_address, "from": "link"}]}
    other = captured(texts["mariupol"], metadata=own)
    look(report, other)
    assert not Copy.objects.exists()

    retold = captured(texts["bucha_retold"], metadata=own)
    look(retold)
    assert Copy.objects.get().evidence["hints"] == ["canonical"]


def test_looking_twice_changes_nothing_and_is_recorded_once(texts):
    look(captured(texts["bucha_report"]))
    retold = captured(texts["bucha_retold"])
    first, second = look(retold), look(retold)

    assert first == second == [Copy.objects.get()]
    assert AuditEvent.objects.filter(verb="copy.suggested", actor_id=None).count() == 1


@pytest.mark.parametrize("state", ["dismissed", "confirmed"])
@pytest.mark.parametrize("turned", [True, False])
def test_what_a_person_decided_is_left_alone_in_both_directions(texts, state, turned):
    report, retold = captured(texts["bucha_report"]), captured(texts["bucha_retold"])
    ends = (report.source, retold.source) if turned else (retold.source, report.source)
    decided = CopyFactory(
        derived=ends[0], original=ends[1], state=state, decided_by=editor(), decided_at="2022-05-01T00:00:00Z"
    )

    assert look(report, retold, report) == []
    assert Copy.objects.get() == decided
    decided.refresh_from_db()
    assert (decided.evidence, decided.score) == ({}, None)


def test_a_persons_suggestion_keeps_its_direction_and_gets_the_evidence(texts):
    report, retold = captured(texts["bucha_report"]), captured(texts["bucha_retold"])
    person = analyst()
    told = CopyFactory(derived=report.source, original=retold.source, kind="relay", created_by=person)
    look(report, retold)

    told.refresh_from_db()
    assert Copy.objects.count() == 1
    assert (told.kind, told.created_by, told.suggested_by_machine) == ("relay", person, False)
    assert ["Bhutan", "Bucha"] in told.evidence["damaged"]


def test_of_sources_known_to_be_one_origin_only_the_likeliest_is_asked_about(texts):
    first = captured(texts["substation_en"])
    second = captured(texts["substation_reprint"])
    look(first, second)
    third = captured(texts["substation_en"] + " Read more on our pages.")
    look(third)

    assert Copy.objects.filter(derived=third.source).count() == 1
    assert Copy.objects.get(derived=third.source).original == first.source


def test_traits_follow_the_newest_text_and_an_older_one_does_not_bring_them_back(texts):
    source = SourceFactory()
    old = captured(texts["mariupol"], source=source)
    new = captured(texts["bucha_report"], source=source)
    look(old, new, old)

    traits = SourceTraits.objects.get(source=source)
    assert (traits.capture, traits.lang) == (new, "en")
    assert "452" in traits.numbers


def test_a_capture_without_text_says_nothing():
    capture = CaptureFactory(text="", text_sha256="", walker_version=None, outcome="http.404")
    assert look_for_copies(capture) == []
    assert not SourceTraits.objects.exists()


def test_the_outlets_own_name_is_no_likeness_and_naming_the_others_is_a_hint(texts):
    outlet = PartyFactory(name="Meridian Wire", kind="media")
    report = captured(texts["bucha_report"], source=SourceFactory(publisher=outlet))
    retold = captured(texts["bucha_retold"] + " So the Meridian tells.", source=SourceFactory(publisher=None))
    look(report, retold)
    assert Copy.objects.get().evidence["hints"] == ["credits"]


def test_a_job_may_suggest(texts):
    """The database refuses a job that decides on a copy; it lets one suggest."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL harmtracker.background = 'on'")
    look(captured(texts["bucha_report"]), captured(texts["bucha_retold"]))
    assert Copy.objects.get().state == "suggested"


def test_whoever_names_a_pair_is_shown_at_once_what_speaks_for_it(texts):
    report, retold = captured(texts["bucha_report"]), captured(texts["bucha_retold"])
    told = suggest_copy(derived=retold.source, original=report.source, kind="translation", by=analyst())
    told.refresh_from_db()
    assert (told.suggested_by_machine, told.state) == (False, "suggested")
    assert ["Bucha", "Bhutan"] in told.evidence["damaged"]
    assert told.score > 0.4


def test_a_pair_without_texts_or_with_very_long_ones_is_taken_as_it_is(texts):
    nothing, long = SourceFactory(), captured(texts["bucha_report"] * 100)
    told = suggest_copy(derived=long.source, original=nothing, kind="reprint", by=analyst())
    assert (told.evidence, told.score) == ({}, None)
    other = captured(texts["bucha_retold"])
    told = suggest_copy(derived=other.source, original=long.source, kind="translation", by=analyst())
    assert (told.evidence, told.score) == ({}, None)
