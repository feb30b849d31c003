"""Every marked table knows the markings, the flags, and that an embargo has a date."""

import pytest
from django.utils import timezone

from tests.factories import (
    CommentRequestFactory,
    IncidentFactory,
    MediaItemFactory,
    OutsideNoteFactory,
    PartyFactory,
    PlaceFactory,
    SourceFactory,
    StatementFactory,
)
from tests.refusals import refused_by

MARKED = {
    "party": PartyFactory,
    "source": SourceFactory,
    "place": PlaceFactory,
    "incident": IncidentFactory,
    "statement": StatementFactory,
    "media_item": MediaItemFactory,
    "note": OutsideNoteFactory,
    "comment_request": CommentRequestFactory,
}
RULES = [
    ("tlp_known", {"tlp": "AMBERISH"}),
    ("handling_known", {"handling": ["graphic", "secret"]}),
    ("embargo_has_date", {"handling": ["embargo"]}),
    ("embargo_has_date", {"embargo_until": timezone.now()}),
]
BREAKS = [(f"{table}_{rule}", make, fields) for table, make in MARKED.items() for rule, fields in RULES]


@pytest.mark.django_db
@pytest.mark.parametrize(("rule", "make", "fields"), BREAKS, ids=[f"{rule}-{n}" for n, (rule, *_) in enumerate(BREAKS)])
def test_markings_are_known_and_embargoes_dated(rule, make, fields):
    with refused_by(rule):
        make(**fields)


@pytest.mark.django_db
@pytest.mark.parametrize("make", MARKED.values(), ids=MARKED)
def test_an_embargo_with_a_date_is_fine(make):
    assert make(handling=["embargo", "graphic"], embargo_until=timezone.now()).handling == ["embargo", "graphic"]
