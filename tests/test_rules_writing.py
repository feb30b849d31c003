"""What must stay true of drafts, presence, turns and conversation, tried by writing straight into the tables."""

import psycopg
import pytest
from django.utils import timezone

from claims.models import Assignment, Following, Remark, ReviewTurn
from harmtracker.identity import new_id
from harmtracker.models import Draft, Presence
from tests.factories import IncidentFactory, analyst
from tests.refusals import in_background, refused_by, refused_with

pytestmark = pytest.mark.django_db


def _drafts(*keys, owner=None):
    owner = owner or analyst()
    return [Draft.objects.create(owner=owner, key=key) for key in keys]


def _present_twice():
    someone = analyst()
    for _time in range(2):
        Presence.objects.create(user=someone, key="incident:IN-1", seen_at=timezone.now())


def _turn(**fields):
    now = timezone.now()
    return ReviewTurn.objects.create(
        **({"subject_id": new_id(), "kind": "statement", "taken_by": analyst(), "taken_at": now, "until": now} | fields)
    )


def _remark(**fields):
    about = {"subject_kind": "statement", "subject_id": new_id(), "created_by": analyst()}
    return Remark.objects.create(**(about | {"words": "Where does the number come from?"} | fields))


def _assignment(**fields):
    about = {"subject_kind": "statement", "subject_id": new_id(), "created_by": analyst(), "assignee": analyst()}
    return Assignment.objects.create(**(about | fields))


def _assigned_twice():
    first = _assignment()
    _assignment(subject_id=first.subject_id, assignee=first.assignee)


def _followed_twice():
    someone, event = analyst(), IncidentFactory()
    for _time in range(2):
        Following.objects.create(user=someone, incident=event)


def _reworded():
    Remark.objects.filter(pk=_remark().pk).update(words="I never asked.")


def _taken_back_twice():
    remark = Remark.objects.filter(pk=_remark().pk)
    remark.update(taken_back_at=timezone.now())
    remark.update(taken_back_at=None)


BREAKS = [
    ("remark_words_never_change", _reworded),
    ("remark_taken_back_once", _taken_back_twice),
    ("remark_subject_kind_known", lambda: _remark(subject_kind="rumour")),
    ("remark_has_words", lambda: _remark(words="")),
    ("assignment_subject_kind_known", lambda: _assignment(subject_kind="rumour")),
    ("assignment_open_once", _assigned_twice),
    ("assignment_ended_by_somebody", lambda: _assignment(ended_at=timezone.now())),
    ("following_once", _followed_twice),
    ("user_mail_known", lambda: analyst(mail="weekly", email="a@example.org")),
    ("user_mail_has_address", lambda: analyst(mail="daily")),
    ("user_language_known", lambda: analyst(language="xx")),
    ("user_review_share_percent", lambda: analyst(review_share=101)),
    ("draft_once", lambda: _drafts("a", "a")),
    ("draft_has_key", lambda: _drafts("")),
    ("presence_once", _present_twice),
    ("review_turn_kind_known", lambda: _turn(kind="rumour")),
    ("claims_reviewturn_pkey", lambda: (_turn(subject_id=(key := new_id())), _turn(subject_id=key))),
]


@pytest.mark.parametrize(("rule", "breaking"), BREAKS, ids=[rule for rule, _ in BREAKS])
def test_the_database_refuses(rule, breaking):
    with refused_by(rule):
        breaking()


def test_a_remark_is_not_deleted():
    with refused_with("claims_remark"):
        Remark.objects.filter(pk=_remark().pk).delete()


def test_no_job_says_anything_or_gives_anybody_work():
    in_background()
    for write in (_remark, _assignment):
        with refused_with("only a person may write to", psycopg.errors.InsufficientPrivilege):
            write()


def test_what_the_rules_allow():
    _drafts("a", "b")
    _drafts("a")
    _turn()
    _remark()
    first = _assignment(ended_at=timezone.now(), ended_by=analyst())
    _assignment(subject_id=first.subject_id, assignee=first.assignee)
    analyst(mail="daily", email="a@example.org", language="uk", review_share=0)
