"""The marking page: whoever edits raises, an editor lowers with a reason, nobody opens a record by a side door."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.claims.views.test_lists import signed_in, words_of
from tests.factories import IncidentFactory, StatementFactory, TeamFactory, admin, analyst, editor, viewer

pytestmark = pytest.mark.django_db


def page_of(record, kind="statement"):
    return reverse(f"{kind}-marking", args=[record.ref])


def mark(client, record, kind="statement", **fields):
    stands = {"version": record.version, "tlp": record.tlp, "handling": record.handling}
    stands["named"] = [person.pk for person in record.named.all()]
    if record.team_id:
        stands["team"] = record.team_id
    return client.post(page_of(record, kind), stands | fields)


@pytest.mark.parametrize(("person", "status"), [(viewer, 403), (admin, 403), (analyst, 302), (editor, 302)])
def test_who_raises(person, status):
    statement = StatementFactory(tlp="GREEN", workflow="approved")
    answer = mark(signed_in(person()), statement, tlp="AMBER", handling=["graphic"])
    statement.refresh_from_db()
    assert answer.status_code == status
    assert (statement.tlp, statement.handling) == (("AMBER", ["graphic"]) if status == 302 else ("GREEN", []))


def lowered(record, how):
    """What each way of opening a record sends."""
    return {
        "tlp": {"tlp": "GREEN"},
        "flag": {"handling": []},
        "team": {"team": ""},
        "named": {"named": [analyst().pk]},
        "embargo": {
            "handling": ["embargo", "minor"],
            "embargo_until": (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
        },
    }[how]


@pytest.mark.parametrize("how", ["tlp", "flag", "team", "named", "embargo"])
def test_only_an_editor_lowers_and_says_why(how):
    team = TeamFactory()
    fields = {"handling": ["minor"], "team": team}
    if how == "embargo":
        fields |= {"handling": ["embargo", "minor"], "embargo_until": timezone.now() + timedelta(days=9)}
    incident = IncidentFactory(tlp="AMBER", **fields)
    sent = lowered(incident, how)
    assert mark(signed_in(analyst(teams=[team])), incident, "incident", **sent).status_code == 403
    client = signed_in(editor(teams=[team]))
    refused = mark(client, incident, "incident", **sent)
    assert refused.status_code == 422
    assert "Say why the marking is lowered." in words_of(refused)
    assert mark(client, incident, "incident", reason="Published by others", **sent).status_code == 302


def test_the_page_says_who_may_before_the_click():
    statement = StatementFactory()
    assert "Lowering it, in any respect, is an editor's act" in words_of(signed_in(analyst()).get(page_of(statement)))
    assert "You may raise and lower it." in words_of(signed_in(editor()).get(page_of(statement)))


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"handling": ["embargo"]}, "An embargo has a date"),
        ({"embargo_until": "2035-01-01T10:00"}, "An embargo has a date"),
        ({"handling": ["embargo"], "embargo_until": "2020-01-01T10:00"}, "An embargo ends in the future."),
        ({"tlp": "RED"}, "RED is for named people only."),
        ({"tlp": "PINK"}, "PINK"),
        ({"team": "00000000-0000-7000-8000-000000000000"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_refused_with_input_kept(sent, says):
    statement = StatementFactory()
    answer = mark(signed_in(editor()), statement, reason="I typed this", **sent)
    assert answer.status_code == 422
    assert says in words_of(answer)
    assert "I typed this" in answer.content.decode()
    statement.refresh_from_db()
    assert statement.tlp == "AMBER"


def test_red_for_named_people_oneself_among_them():
    one, other = analyst(), analyst()
    statement = StatementFactory()
    assert mark(signed_in(one), statement, tlp="RED", named=[one.pk]).status_code == 302
    assert signed_in(one).get(page_of(statement)).status_code == 200
    assert signed_in(other).get(page_of(statement)).status_code == 404


def test_who_marks_it_above_their_own_clearance_is_told_that_it_is_gone():
    statement = StatementFactory()
    client = signed_in(analyst())
    answer = mark(client, statement, tlp="AMBER_STRICT")
    assert answer.url == reverse("incidents")
    assert client.get(page_of(statement)).status_code == 404


def test_a_team_one_is_not_in_is_not_offered():
    team = TeamFactory(name="Own Team")
    TeamFactory(name="Other Team")
    page = words_of(signed_in(analyst(teams=[team])).get(page_of(StatementFactory())))
    assert "Own Team" in page
    assert "Other Team" not in page


def test_an_outdated_page_shows_both_and_can_be_sent_again():
    statement = StatementFactory()
    client = signed_in(editor())
    mark(signed_in(analyst(name="Quick Analyst")), statement, handling=["graphic"])
    answer = mark(client, statement, handling=["minor"], reason="A child")
    assert answer.status_code == 422
    page = words_of(answer)
    assert "As it stands now" in page
    assert "Quick Analyst" in page
    assert "A child" in page
    statement.refresh_from_db()
    assert statement.handling == ["graphic"]
    assert mark(client, statement, handling=["minor"], reason="A child").status_code == 302


def test_a_second_press_is_told_that_it_is_outdated_and_changes_nothing():
    statement = StatementFactory()
    client = signed_in(analyst())
    mark(client, statement, tlp="AMBER", handling=["graphic"])
    again = mark(client, statement, tlp="AMBER", handling=["graphic"])
    statement.refresh_from_db()
    assert again.status_code == 422
    assert (statement.version, statement.handling) == (2, ["graphic"])


def test_what_one_may_not_see_is_as_unknown():
    client = signed_in(editor())
    hidden = client.get(page_of(StatementFactory(team=TeamFactory())))
    unknown = client.get(reverse("statement-marking", args=["ST-2222222"]))
    assert hidden.status_code == unknown.status_code == 404
    assert words_of(hidden) == words_of(unknown)
