"""The seventeen rows of the first case, logged from a pasted article of our own with the keyboard alone, counted.

docs/walkthrough.md tells the same of a running demonstration and another text; the rows are those of that walk.
"""

from pathlib import Path

import pytest

from claims.models import CommentRequest, Incident, OutsideNote, PlaceName, Statement
from sources.names import fold
from tests.e2e.walkthrough import MOST_KEYS, Walk
from tests.e2e.walkthrough_rows import BUCHA, HOSPITAL, MINISTRY, PHOTOGRAPHS, ROWS, STREET_VIDEO
from tests.factories import PASSWORD, MediaItemFactory, PartyFactory, PlaceFactory, analyst

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARTICLE = Path(__file__).parent.parent / "pages" / "seventeen_rows.txt"
KINDS = {
    "CNN": "media", "Volodymyr Zelensky": "person", "Antony Blinken": "person", "Jens Stoltenberg": "person",
    "International Criminal Court": "court", MINISTRY: "state_body", "Russia": "state",
    "Russian armed forces": "armed_force", "A Russian diplomat": "unknown",
}  # fmt: skip


@pytest.fixture
def held():
    """What a record holds before the article comes: the parties, two places, the video and the photographs."""
    for name, kind in KINDS.items():
        PartyFactory(name=name, kind=kind)
    bucha = PlaceFactory(name="Bucha")
    for spelling in ("Bukha", "Bouha"):
        PlaceName.objects.create(place=bucha, text=spelling, folded=fold(spelling))
    MediaItemFactory(description=STREET_VIDEO)
    MediaItemFactory(description=PHOTOGRAPHS, kind="photo")


def test_the_first_case_is_logged_by_keyboard_alone(live_server, worker, page, held):
    person = analyst()
    walk = Walk(page, live_server.url, None)
    walk.sign_in(person.username, PASSWORD)
    walk.hand_in(" ".join(ARTICLE.read_text().split()))  # the box that heads every page has one line
    for row in ROWS:
        walk.log(row)
    walk.note()
    walk.request()

    assert {what: presses for what, presses in walk.presses.items() if presses > MOST_KEYS} == {}
    bucha, hospital = Incident.objects.get(title=BUCHA), Incident.objects.get(title=HOSPITAL)
    said = Statement.objects.filter(created_by=person)
    assert (said.count(), bucha.statements.count(), hospital.statements.count()) == (15, 12, 3)
    assert OutsideNote.objects.get().incident == bucha
    assert CommentRequest.objects.get().statement.ref == walk.refs[1]
    for row in ROWS:
        logged = said.get(ref=walk.refs[row.number])
        assert (logged.get_kind_display(), logged.party.name) == (row.kind, row.speaker)
        answered = {link.to_statement.ref for link in logged.links_out.all()}
        assert answered == ({walk.refs[row.answers]} if row.answers else set())
        assert logged.renderings.get().exact == row.exact
