"""What a statement's page says beside its words: offices held on the day, our translation and what it translates."""

from datetime import date

import pytest

from tests.factories import (
    AffiliationFactory,
    IncidentFactory,
    PartyFactory,
    RenderingFactory,
    StatementFactory,
    analyst,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client):
    client.force_login(analyst())
    return lambda record, more="": client.get(f"{record.get_absolute_url()}{more}").content.decode()


def test_offices_are_those_of_the_day_and_a_role_that_does_not_fit_is_said(page):
    person, ministry = PartyFactory(name="Sergei Lavrov", kind="person"), PartyFactory(name="Minister of Energy")
    AffiliationFactory(party=person, body=PartyFactory(name="State of then"), until=date(2022, 12, 31))
    AffiliationFactory(party=person, body=ministry, kind="holds", since=date(2023, 1, 1))
    AffiliationFactory(party=person, body=PartyFactory(name="Hidden club", tlp="GREEN", handling=["minor"]))
    said = StatementFactory(kind="testimony", party=person, role_words="then Minister of Energy, acting")
    shown = page(said)
    assert "State of then" in shown
    assert "Hidden club" not in shown
    assert "is recorded for this speaker only since Jan. 1, 2023; this was said on April 3, 2022" in shown
    later = StatementFactory(
        kind="testimony", party=person, role_words="Minister of Energy", said="2023-04-03",
        said_start=said.said_start.replace(year=2023), said_end=said.said_end.replace(year=2023),
    )  # fmt: skip
    shown = page(later)
    assert "is recorded for this speaker only" not in shown
    assert "State of then" not in shown
    assert "holds the office" in shown


def test_our_translation_names_the_words_it_translates_and_stands_beside_them(client, page):
    said = StatementFactory(kind="testimony", words="Жоден місцевий житель не постраждав", incident=IncidentFactory())
    original = said.renderings.get()
    form = {
        "translates": str(original.pk),
        "lang": "en",
        "text": "No resident was harmed",
        "translator": "tracker_human",
    }
    assert client.post(f"{said.get_absolute_url()}translate/", form | {"text": ""}).status_code == 422
    assert client.post(f"{said.get_absolute_url()}translate/", form).status_code == 302
    made = said.renderings.get(translator="tracker_human")
    assert (made.translates, made.source) == (original, None)
    shown = page(said)
    assert "Our translation of: English, original words" in shown
    assert shown.count('lang="en"') > 1


def test_words_that_are_withheld_are_not_offered_for_translation(page):
    said = StatementFactory(words=None, handling=["minor"])
    RenderingFactory(statement=said, quoted=False, fidelity="summary", text="Secret of a child")
    shown = page(said, "translate/")
    assert "Secret of a child" not in shown
    assert "There are no words here that you could translate." in shown
