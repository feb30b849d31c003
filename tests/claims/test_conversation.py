"""What people say about a record, who looks after it, who follows it: for those who may see it, and nobody else."""

import itertools

import pytest

from claims.actions.assignment import assign, end_assignment
from claims.actions.following import follow, stop_following
from claims.actions.merge_incident import merge_incident
from claims.actions.remark import make_remark, take_back
from claims.models import Assignment, Following, Remark
from claims.queries.conversation import people_who_see, remarks_shown_to, talked_about_by
from harmtracker import jobs
from harmtracker.errors import NotAllowed, Refused
from harmtracker.models import AuditEvent, Role, User
from tests.factories import (
    IncidentFactory,
    MediaItemFactory,
    PartyFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    UserFactory,
    admin,
    analyst,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("make", [IncidentFactory, StatementFactory, SourceFactory, MediaItemFactory, PartyFactory])
def test_a_remark_is_kept_as_written_and_filed_under_its_record(make):
    record, one = make(), analyst()
    remark = make_remark(record=record, words="  Which street was it?  ", by=one)
    assert Remark.objects.get().words == "Which street was it?"
    event = AuditEvent.objects.get()
    assert (event.verb, event.subject_id, event.subject_ref) == ("remark.made", remark.pk, record.ref)
    assert record.pk in event.about
    assert "street" not in str(event.changes) + event.reason


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("  ", "Write what you want to say."),
        ("x" * 4001, "Use at most 4000 characters."),
        (" ".join(f"@someone{n}" for n in range(21)), "Mention at most 20 people"),
    ],
)
def test_a_remark_that_says_nothing_or_too_much_is_refused(words, says):
    with pytest.raises(Refused, match=says):
        make_remark(record=IncidentFactory(), words=words, by=analyst())
    assert not Remark.objects.exists()


def test_mentions_are_found_where_they_are_meant():
    olena, other, dotted = (analyst(username=name) for name in ("olena", "o.bondar", "ivan."))
    words = "@Olena, ask @o.bondar. Not olena@house.example, not https://t.me/@olena2; and @ivan. please"
    remark = make_remark(record=IncidentFactory(), words=words, by=analyst())
    assert set(remark.mentions.all()) == {olena, other, dotted}
    assert {olena.pk, other.pk} <= set(AuditEvent.objects.get().about)


def test_who_may_not_see_it_is_refused_like_who_does_not_exist():
    team = TeamFactory()
    record, one = StatementFactory(team=team, handling=["witness_identity"]), analyst(flags=["witness_identity"])
    one.teams.add(team)
    outsider = editor(username="hidden", flags=["witness_identity"])
    member = analyst(username="hidden2")  # sees the record, and not through its flag
    member.teams.add(team)
    left = analyst(username="hidden3", is_active=False, flags=["witness_identity"])
    left.teams.add(team)
    said = set()
    for name in (outsider.username, member.username, left.username, viewer(username="hidden4").username, "hidden5"):
        with pytest.raises(Refused) as refused:
            make_remark(record=record, words=f"See @{name}", by=one)
        said.add(str(refused.value).replace(name, "NAME"))
    assert len(said) == 1
    assert not Remark.objects.exists()


def test_a_remark_is_hidden_with_its_record_and_behind_its_flags():
    record = StatementFactory()
    make_remark(record=record, words="Her name is known to us", by=analyst())
    cleared = analyst(flags=["witness_identity"])
    assert remarks_shown_to(analyst()).count() == 1
    type(record).objects.filter(pk=record.pk).update(handling=["witness_identity"])
    assert (remarks_shown_to(analyst()).count(), remarks_shown_to(cleared).count()) == (0, 1)
    type(record).objects.filter(pk=record.pk).update(team=TeamFactory())
    assert remarks_shown_to(cleared).count() == 0


def test_its_author_takes_a_remark_back_once():
    record, one = IncidentFactory(), analyst()
    remark = make_remark(record=record, words="Wrong record", by=one)
    with pytest.raises(NotAllowed):
        take_back(remark=remark, record=record, by=editor())
    take_back(remark=remark, record=record, by=one)
    with pytest.raises(Refused, match="already"):
        take_back(remark=remark, record=record, by=one)
    assert AuditEvent.objects.filter(verb="remark.taken_back").count() == 1


@pytest.mark.parametrize("person", [viewer, admin])
def test_only_who_works_on_the_record_takes_part(person):
    record, by, other = IncidentFactory(tlp="GREEN", workflow="approved"), person(), analyst()
    for act in (
        lambda: make_remark(record=record, words="x", by=by),
        lambda: assign(record=record, assignee=other, by=by),
        lambda: follow(incident=record, by=by),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(Refused):
        assign(record=record, assignee=by, by=other)


def test_what_one_may_not_see_one_does_not_talk_about():
    record, by = IncidentFactory(team=TeamFactory()), analyst()
    for act in (
        lambda: make_remark(record=record, words="x", by=by),
        lambda: assign(record=record, assignee=by, by=by),
        lambda: follow(incident=record, by=by),
    ):
        with pytest.raises(NotAllowed):
            act()
    with jobs.running(), pytest.raises(NotAllowed):
        make_remark(record=IncidentFactory(), words="x", by=by)


def test_a_record_is_given_to_one_person_once_and_ended_by_those_concerned():
    record, giver, one = StatementFactory(), analyst(), analyst()
    held = assign(record=record, assignee=one, task="Find the street", by=giver)
    with pytest.raises(Refused, match="looks after it already"):
        assign(record=record, assignee=one, by=editor())
    with pytest.raises(NotAllowed):
        end_assignment(assignment=held, record=record, by=analyst())
    end_assignment(assignment=held, record=record, by=one)
    with pytest.raises(Refused, match="ended already"):
        end_assignment(assignment=held, record=record, by=giver)
    for ends in (giver, editor()):
        end_assignment(assignment=assign(record=record, assignee=one, by=giver), record=record, by=ends)
    made = AuditEvent.objects.filter(verb="assignment.made")
    assert made.count() == 3
    assert one.pk in made[0].about
    assert "street" not in str(made.values_list("changes", "reason"))


def test_handing_on_ends_one_and_begins_another_or_neither():
    record, giver, one, other = IncidentFactory(), analyst(), analyst(), analyst()
    held = assign(record=record, assignee=one, by=giver)
    assign(record=record, assignee=other, task="Go on", by=one, instead_of=held)
    assert Assignment.objects.get(ended_at=None).assignee == other
    with pytest.raises(Refused):
        assign(record=record, assignee=viewer(), by=other, instead_of=Assignment.objects.get(ended_at=None))
    assert Assignment.objects.get(ended_at=None).assignee == other
    with pytest.raises(Refused, match="300"):
        assign(record=record, assignee=one, task="x" * 301, by=giver)


def test_following_twice_is_once_and_stops():
    incident, one = IncidentFactory(), analyst()
    for _press in range(2):
        follow(incident=incident, by=one)
    assert Following.objects.count() == 1
    stop_following(incident=incident, by=one)
    stop_following(incident=incident, by=one)
    assert not Following.objects.exists()


def test_what_was_said_about_a_duplicate_goes_to_the_incident_that_stays():
    duplicate, into, one, two = IncidentFactory(), IncidentFactory(), analyst(), analyst()
    make_remark(record=duplicate, words="Seen on Yablunska", by=one)
    for incident, person in ((duplicate, one), (into, one), (duplicate, two)):
        assign(record=incident, assignee=person, by=two)
        follow(incident=incident, by=person)
    merge_incident(duplicate=duplicate, into=into, reason="One event", expected_version=duplicate.version, by=editor())
    assert Remark.objects.get().subject_id == into.pk
    assert set(Assignment.objects.filter(subject_id=into.pk).values_list("assignee", flat=True)) == {one.pk, two.pk}
    assert list(Following.objects.values_list("incident", flat=True).distinct()) == [into.pk]


def test_who_may_talk_about_a_record_is_the_same_seen_from_both_ends():
    team, named = TeamFactory(), analyst(username="named")
    people = [
        UserFactory(role=role, clearance=clearance, flags=flags)
        for role, clearance, flags in itertools.product(Role, ("GREEN", "AMBER_STRICT"), ([], ["minor"]))
    ]
    for person in people[::3]:
        person.teams.add(team)
    for tlp, within, handling in itertools.product(("CLEAR", "AMBER", "RED"), (None, team), ([], ["minor", "graphic"])):
        record = MediaItemFactory(tlp=tlp, team=within, handling=handling)
        record.named.add(named, people[3])
        # Asked anew of the database: who somebody is named by is read once for each request.
        workers = User.objects.filter(role__in=["analyst", "editor"])
        able = {each.pk for each in workers if talked_about_by(each, "media_item").filter(pk=record.pk).exists()}
        assert {each.pk for each in people_who_see(record)} == able, (tlp, within, handling)
