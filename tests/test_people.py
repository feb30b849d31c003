"""Accounts: an administrator makes, changes and closes them, never their own, and every editor sees it."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from harmtracker import people
from harmtracker.errors import NotAllowed, Refused
from harmtracker.models import AuditEvent, Team, User
from harmtracker.paging import PAGE_SIZE
from tests.claims.views.test_lists import signed_in, words_of
from tests.factories import PASSWORD, TeamFactory, UserFactory, admin, analyst, editor, viewer

pytestmark = pytest.mark.django_db
NEW = {"username": "new.person", "name": "New Person", "role": "analyst", "clearance": "", "flags": ["minor"]}


@pytest.fixture
def boss():
    return admin(name="The Admin")


@pytest.fixture
def client(boss):
    return signed_in(boss)


def page_of(person):
    return reverse("person", args=[person.pk])


def change(client, person, **fields):
    form = {
        "role": person.role,
        "clearance": person.clearance,
        "flags": person.flags,
        "teams": [team.pk for team in person.teams.all()],
        "stamp": people.stamp_of(person),
        "reason": "Moved to another desk",
    }
    return client.post(page_of(person), form | fields)


@pytest.mark.parametrize("person", [viewer, analyst, editor])
def test_only_an_administrator_sees_or_changes_people(person):
    other = UserFactory()
    client = signed_in(person())
    assert client.get(reverse("people")).status_code == 403
    assert client.get(page_of(other)).status_code == 403
    assert client.post(reverse("person-new"), NEW).status_code == 403
    assert change(client, other, role="admin").status_code == 403
    assert client.post(reverse("person-active", args=[other.pk]), {}).status_code == 403
    assert client.post(reverse("person-password", args=[other.pk])).status_code == 403
    assert client.post(reverse("team-new"), {"name": "X"}).status_code == 403
    other.refresh_from_db()
    assert other.role == "analyst"
    assert not User.objects.filter(username="new.person").exists()


def test_an_account_is_made_with_a_password_shown_once(client):
    team = TeamFactory()
    shown = client.post(reverse("person-new"), NEW | {"teams": [team.pk]})
    password = re.search(r'readonly value="([\w-]+)"', shown.content.decode())[1]
    person = User.objects.get(username="new.person")
    assert (person.role, person.clearance, person.flags) == ("analyst", "AMBER", ["minor"])
    assert list(person.teams.all()) == [team]
    assert password not in client.get(page_of(person)).content.decode()
    door = Client()
    door.post(reverse("sign-in"), {"username": "new.person", "password": password})
    assert door.get(reverse("incidents")).status_code == 200


def test_a_viewer_is_cleared_to_green_unless_said_otherwise(client):
    client.post(reverse("person-new"), NEW | {"role": "viewer"})
    assert User.objects.get(username="new.person").clearance == "GREEN"


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"username": ""}, "This field is required."),
        ({"name": "  "}, "This field is required."),
        ({"role": "owner"}, "owner is not one of the available choices"),
        ({"clearance": "RED"}, "RED is not one of the available choices"),
        ({"flags": ["embargo"]}, "embargo is not one of the available choices"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(client, sent, says):
    answer = client.post(reverse("person-new"), NEW | sent)
    assert answer.status_code == 422
    assert says in words_of(answer)
    assert User.objects.count() == 1


def test_a_second_press_makes_no_second_account(client):
    client.post(reverse("person-new"), NEW)
    again = client.post(reverse("person-new"), NEW)
    assert again.status_code == 422
    assert "Somebody signs in with this name already." in words_of(again)
    assert "New Person" in again.content.decode()


def test_grants_are_changed_with_a_reason_and_recorded_field_by_field(client, boss):
    person, team = analyst(), TeamFactory(name="South desk")
    refused = change(client, person, role="editor", reason=" ")
    assert refused.status_code == 422
    assert "Every editor reads it." in words_of(refused)
    answer = change(client, person, role="editor", clearance="AMBER_STRICT", flags=["minor"], teams=[team.pk])
    assert answer.status_code == 302
    event = AuditEvent.objects.filter(verb="person.changed").get()
    assert event.actor_id == boss.pk
    assert event.reason == "Moved to another desk"
    assert event.changes == {
        "role": ["analyst", "editor"],
        "clearance": ["AMBER", "AMBER_STRICT"],
        "flags": [[], ["minor"]],
        "teams": [[], ["South desk"]],
    }


def test_nobody_grants_anything_to_themselves(client, boss):
    assert "Nobody grants anything to themselves." in words_of(client.get(page_of(boss)))
    assert change(client, boss, role="editor").status_code == 403
    closing = {"stamp": people.stamp_of(boss), "reason": "x", "is_active": "no"}
    assert client.post(reverse("person-active", args=[boss.pk]), closing).status_code == 403
    assert client.post(reverse("person-password", args=[boss.pk])).status_code == 403
    boss.refresh_from_db()
    assert (boss.role, boss.is_active, boss.check_password(PASSWORD)) == ("admin", True, True)


def test_two_administrators_at_once_the_second_is_told(client):
    person = analyst()
    stamp = people.stamp_of(person)
    change(signed_in(admin()), person, clearance="GREEN")
    late = change(client, person, role="editor", stamp=stamp)
    assert late.status_code == 422
    assert "Another administrator changed this account" in words_of(late)
    person.refresh_from_db()
    assert (person.role, person.clearance) == ("analyst", "GREEN")
    assert late.context["form"]["role"].value() == "editor"
    assert late.context["form"]["stamp"].value() == people.stamp_of(person)


def test_saving_what_stands_records_nothing(client):
    person = analyst()
    assert change(client, person).status_code == 302
    assert not AuditEvent.objects.filter(verb="person.changed").exists()


def test_a_closed_account_is_out_at_once_and_may_be_opened_again(client):
    person = analyst()
    inside = signed_in(person)
    assert inside.get(reverse("incidents")).status_code == 200
    url = reverse("person-active", args=[person.pk])
    assert client.post(url, {"stamp": people.stamp_of(person), "reason": "", "is_active": "no"}).status_code == 422
    sent = {"stamp": people.stamp_of(person), "reason": "Left", "is_active": "no"}
    assert client.post(url, sent).status_code == 302
    assert inside.get(reverse("incidents")).status_code == 302
    assert client.post(url, sent).status_code == 422  # the page it came from is outdated
    person.refresh_from_db()
    assert not person.is_active
    again = {"stamp": people.stamp_of(person), "reason": "Back", "is_active": "yes"}
    assert client.post(url, again).status_code == 302
    person.refresh_from_db()
    assert person.is_active
    assert AuditEvent.objects.filter(verb__in=["person.closed", "person.opened"]).count() == 2


def test_a_replaced_password_ends_every_session(client):
    person = analyst()
    inside = signed_in(person)
    shown = client.post(reverse("person-password", args=[person.pk]))
    password = re.search(r'readonly value="([\w-]+)"', shown.content.decode())[1]
    person.refresh_from_db()
    assert person.check_password(password)
    assert inside.get(reverse("incidents")).status_code == 302
    assert not any(password in f"{event.changes}{event.reason}" for event in AuditEvent.objects.all())


def test_a_team_is_made_once(client):
    assert client.post(reverse("team-new"), {"name": "North desk"}).status_code == 302
    again = client.post(reverse("team-new"), {"name": " North desk "})
    assert again.status_code == 422
    assert "There is a team of this name already." in words_of(again)
    assert Team.objects.count() == 1


def test_what_was_done_to_an_account_is_shown_to_editors_without_a_password():
    people.create_person(username="x.y", name="X Y", role="viewer", by=admin())
    grant = people.recent_grants()[0]
    assert (grant.words, grant.whom) == ("made an account", "X Y")
    assert "Role: Viewer" in grant.changes


def test_an_action_asks_for_the_role_even_without_a_page():
    with pytest.raises(NotAllowed):
        people.create_person(username="a", name="A", role="admin", by=editor())
    with pytest.raises(NotAllowed):
        people.create_team(name="A", by=analyst())
    with pytest.raises(Refused, match="Choose a clearance"):
        people.create_person(username="a", name="A", role="viewer", clearance="PURPLE", by=admin())


def test_unknown_people_are_404(client):
    assert client.get(reverse("person", args=[uuid.uuid4()])).status_code == 404


def test_the_list_comes_in_pages_and_closed_accounts_apart(client):
    numbers = range(PAGE_SIZE + 1)
    User.objects.bulk_create(User(username=f"p{n}", name=f"Person {n:03}", role="analyst") for n in numbers)
    User.objects.create(username="gone", name="Anna Closed", role="editor", is_active=False)
    first = client.get(reverse("people"))
    second = client.get(reverse("people") + first.context["page"].next_url)
    shown = [person.name for answer in (first, second) for person in answer.context["page"].rows]
    assert shown == [*(f"Person {n:03}" for n in numbers), "The Admin"]
    assert second.context["page"].next_url == ""
    assert "Anna Closed" in words_of(client.get(reverse("people"), {"show": "closed"}))


def test_queries_do_not_grow_with_people(client, django_assert_num_queries):
    def count(number):
        for _each in range(number):
            analyst(teams=[TeamFactory()])
        with django_assert_num_queries(12, exact=False) as captured:
            assert client.get(reverse("people")).status_code == 200
        return len(captured)

    assert count(1) == count(9)
