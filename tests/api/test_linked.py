"""Linked data: every word means something to others, nothing is lost or added, and doubt is never made a verdict."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pyld import jsonld

from claims.api.linked.nodes import linked
from claims.api.linked.terms import AUTHENTICITY as CATEGORIES
from claims.api.linked.terms import context
from claims.models.assessment import MediaAuthenticity
from claims.models.findings import Finding
from claims.models.link import CITO
from claims.release.make import withdraw_release
from tests.api.conftest import released, released_statement
from tests.api.test_restricted_later import mark
from tests.api.vocabularies_of_others import AUTHENTICITY, CITATIONS, OURS, problems
from tests.factories import PartyFactory, editor

LINKED = "application/ld+json"
KEPT = Path(__file__).parent / "responses"
CONTEXT = "http://testserver/api/v1/context.jsonld"
OURS_NOW = {name for name in context()["@context"] if not name.startswith("@")}


def kept(name):
    return json.loads((KEPT / f"{name}.json").read_text())


def expanded(document):
    """The document as a reader of linked data sees it, and what it had to drop. No context but ours is there."""
    dropped = []

    def load(address, _options):
        if address != CONTEXT:
            raise AssertionError(f"asks for {address}")
        return {"contentType": LINKED, "contextUrl": None, "documentUrl": address, "document": context()}

    return jsonld.expand(document, {"documentLoader": load}, on_property_dropped=dropped.append), dropped


def leaves(value):
    """Every value that is no object, list or null; keys as they stand in JSON."""
    if isinstance(value, dict | list):
        found = Counter()
        for each in value.values() if isinstance(value, dict) else value:
            found += leaves(each)
        return found
    return Counter() if value is None else Counter([str(value).removeprefix("urn:uuid:").removeprefix("cito:")])


@pytest.mark.parametrize("name", ["bundle-linked", "incident-linked", "statements-linked"])
def test_every_word_that_is_sent_exists_and_stands_where_it_may(name):
    shown, dropped = expanded(kept(name))
    assert dropped == []
    assert problems(shown, OURS_NOW) == []


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda claim: claim["review"].update({"schema:claimReviewd": "x"}), "no such property: claimReviewd"),
        (lambda claim: claim["review"].update({"appearance": "x"}), "appearance does not stand on"),
        (lambda claim: claim.update({"@type": "schema:Claims"}), "no such type: Claims"),
        (lambda claim: claim.update({"cito:disputed": {"@id": "urn:uuid:1"}}), "no such word: disputed"),
        (lambda claim: claim.update({"harmtracker:rumour": "x"}), "not a word of ours"),
    ],
)
def test_a_wrong_word_is_found(spoil, found):
    document = kept("statements-linked")
    spoil(next(each for each in document["results"] if "review" in each))
    assert [each for each in problems(expanded(document)[0], OURS_NOW) if found in each]


def test_a_word_without_meaning_is_dropped_and_seen():
    document = kept("incident-linked") | {"rumour": "x"}
    assert expanded(document)[1] == ["rumour"]


def test_every_type_of_link_and_every_authenticity_has_its_word():
    assert {word for words in CITO.values() for word in words} <= CITATIONS
    assert set(CATEGORIES.values()) == AUTHENTICITY
    assert set(CATEGORIES) == set(MediaAuthenticity) - {MediaAuthenticity.UNDETERMINED}


@pytest.mark.parametrize("code", Finding.values)
def test_only_a_conclusion_is_a_review(code):
    reviewed = code in ("verified", "corroborated", "contradicted", "refuted")
    statement = kept("statement")
    statement["finding"] |= {"code": code}
    assert ("review" in linked(statement, CONTEXT)) == reviewed
    opinion = linked(statement | {"checkability": "opinion"}, CONTEXT)
    assert (opinion["@type"], "review" in opinion) == ("CreativeWork", False)
    incident = kept("incident")
    incident["finding"] |= {"code": code}
    assert ("review" in linked(incident, CONTEXT)) == reviewed
    item = kept("bundle")["statements"][1]["media_item"]
    for authenticity, concluded in (("staged", reviewed), ("undetermined", False), (None, False)):
        told = linked(item | {"finding": {"code": code, "label": "L"}, "authenticity": authenticity}, CONTEXT)
        assert ("review" in told) == concluded


def test_a_review_says_what_was_found_in_our_words_and_no_number():
    review = next(each for each in kept("statements-linked")["results"] if "review" in each)["review"]
    assert review["@type"] == "ClaimReview"
    assert review["reviewRating"]["alternateName"] == "Corroborated"
    assert review["conditionsOfAccess"] == "TLP:AMBER"
    assert not re.search(r"\b(best|worst)?[rR]atingValue\b", json.dumps(review))


def test_a_date_is_told_only_where_it_is_one():
    incident = kept("incident")
    for reported, start, end in (
        ("2022-04-02", "2022-04-02", None),
        ("2022-02-27/2022-03-30", "2022-02-27", "2022-03-30"),
        ("[2022-03-01..2022-03-05]", None, None),
        ("2022-03~", None, None),
        (None, None, None),
    ):
        told = linked(incident | {"occurred": incident["occurred"] | {"reported": reported}}, CONTEXT)
        assert (told.get("startDate"), told.get("endDate")) == (start, end)


@pytest.mark.django_db
@pytest.mark.parametrize("flags", [[], ["witness_identity"], ["victim_identity"], ["precise_location"]])
def test_nothing_is_lost_and_nothing_added(everything, flags):
    """What JSON withholds is nowhere in linked data, and all that it shows is."""
    incident = released()
    witness = PartyFactory(kind="witness", name="Nina", pseudonym="Witness A", handling=["witness_identity"])
    statement = released_statement(incident=incident, party=witness)
    for record in (incident, statement):
        if flags:
            mark(record, handling=flags)
    address = f"incidents/{incident.pk}/bundle/"
    plain = everything.read(address)
    told = everything.get(address, headers={"Accept": LINKED}).json()
    assert not leaves(plain) - leaves(told)
    assert told["hasPart"][0]["author"].keys() >= {"@id", "alternateName"}
    assert "Nina" not in json.dumps(told)
    # Said again in schema.org's words, or made of what is there.
    added = {"@context", "@type", "author", "reviewRating", "inLanguage", "conditionsOfAccess"}
    assert set(leaves(_without(told, added))) <= set(leaves(plain))


def _without(value, names):
    if isinstance(value, dict):
        return {name: _without(each, names) for name, each in value.items() if name not in names}
    return [_without(each, names) for each in value] if isinstance(value, list) else value


@pytest.mark.django_db
def test_linked_data_is_an_answer_of_its_own(calling):
    client, incident = calling(), released()
    path = f"incidents/{incident.pk}/"
    plain, told = client.get(path), client.get(path, headers={"Accept": LINKED})
    assert told["Content-Type"] == LINKED
    assert told["ETag"] != plain["ETag"]
    assert "Accept" in told["Vary"]
    again = client.get(path, headers={"Accept": LINKED, "If-None-Match": told["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    released()
    page = client.get("incidents/", {"limit": 1}, headers={"Accept": LINKED})
    assert [each["@id"] for each in page.json()["results"]] == [f"urn:uuid:{incident.pk}"]
    assert f"<{page.json()['next']}>" in page["Link"]
    withdraw_release(record=incident, by=editor(), code="error", reason="Wrong")
    gone = client.get(path, headers={"Accept": LINKED})
    assert (gone.status_code, gone["Content-Type"]) == (410, "application/problem+json")


@pytest.mark.django_db
def test_less_of_a_record_and_what_comes_along_are_linked_data_too(everything):
    incident = released()
    released_statement(incident=incident)
    for asked in (
        {"expand": "statements"},
        {"fields": "finding,sentence"},
        {"as_of": timezone.now().date().isoformat()},
    ):
        page = everything.get("incidents/", asked, headers={"Accept": LINKED}).json()
        shown, dropped = expanded(page)
        assert (dropped, problems(shown, OURS_NOW)) == ([], []), asked
        assert [each["@id"] for each in page["results"]] == [f"urn:uuid:{incident.pk}"], asked
    claims = everything.get("incidents/", {"expand": "statements"}, headers={"Accept": LINKED}).json()["results"][0]
    assert [each["@type"] for each in claims["expanded"]["statements"]] == ["Claim"]


@pytest.mark.django_db
def test_a_format_that_is_not_there_is_refused_in_words(calling):
    client = calling()
    for path, formats in {
        "parties/": ["application/json"],
        "statements/": ["application/json", LINKED, "application/x-ndjson", "text/csv"],
    }.items():
        refused = client.get(path, headers={"Accept": "application/geo+json"})
        assert refused.status_code == 406
        assert set(formats) <= set(refused.json()["formats"])
        assert ", ".join(refused.json()["formats"]) in refused.json()["detail"]


@pytest.mark.django_db
def test_the_context_needs_no_token_and_knows_every_field(everything):
    response = Client().get("/api/v1/context.jsonld")
    assert (response.status_code, response["Content-Type"]) == (200, LINKED)
    assert response.json() == context()
    assert response.json()["@context"]["harmtracker"] == OURS
