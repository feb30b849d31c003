"""What must stay true of drafts, presence and turns, tried by writing straight into the tables."""

import pytest
from django.utils import timezone

from claims.models import ReviewTurn
from harmtracker.identity import new_id
from harmtracker.models import Draft, Presence
from tests.factories import analyst
from tests.refusals import refused_by

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


BREAKS = [
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


def test_what_the_rules_allow():
    _drafts("a", "b")
    _drafts("a")
    _turn()
