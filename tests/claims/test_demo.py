"""The first case as it is entered on first start: the product's own pages, actions and jobs, nothing arranged."""

import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.test import override_settings

from claims.demo import load_once, loading, site
from claims.demo.accounts import PEOPLE
from claims.models import (
    CommentRequest,
    Figure,
    Incident,
    Link,
    OutsideNote,
    PlaceName,
    PublishedRecord,
    QuoteCheck,
    Rendering,
    Statement,
)
from claims.queries.answers import silences, standing_accusations
from harmtracker.models import Job, User
from harmtracker.secrets_file import read_secrets
from sources.models import Copy, Party, PartyName, Source
from sources.names import fold, mentions
from tests.background import allowed, free_ports
from tests.conftest import _empty_tables

pytestmark = pytest.mark.django_db

BUCHA, MARIUPOL = "Killings of civilians in Bucha", "Strike on the maternity hospital in Mariupol"
MINISTRY = "Russian Ministry of Defence"

# (number, party, kind, all of its words, (type, number of the target, aspect) or None, incident)
ROWS = [
    (1, "CNN", "allegation", ["civilian bodies on the streets of Bucha after Russian forces withdrew"], None, BUCHA),
    (2, "Volodymyr Zelensky", "characterization", ["Indeed. This is genocide."] * 2,
     ("supports", 1, "legal_character"), BUCHA),
    (3, "Antony Blinken", "announcement", ["The State Department would help document any atrocities"], None, BUCHA),
    (4, "Jens Stoltenberg", "condemnation", ["a brutality", "barbaric"], None, BUCHA),
    (5, "Jens Stoltenberg", "endorsement", ["I strongly welcome", "I warmly welcome"], ("supports", 6, "other"), BUCHA),
    (6, "International Criminal Court", "announcement", ["It opened an investigation into war crimes in Ukraine"],
     None, BUCHA),
    (7, MINISTRY, "authenticity_claim", ["fake"], ("denies", 1, "media_authenticity"), BUCHA),
    (8, MINISTRY, "denial", ["no locals were subjected to violence",
                             "not a single local resident suffered from any violent actions",
                             "ни один местный житель не пострадал от каких-либо насильственных действий"],
     ("denies", 1, "occurrence"), BUCHA),
    (9, MINISTRY, "humanitarian_claim", ["452 tons of humanitarian aid in the Kiev region",
                                         "452 тонны гуманитарной помощи"], None, BUCHA),
    (10, MINISTRY, "motive_claim", ["like a planned media campaign"], ("supports", 7, "media_authenticity"), BUCHA),
    (11, MINISTRY, "movement_claim", ["Its troops left on 30 March"], None, BUCHA),
    (12, MINISTRY, "authenticity_claim", ["only confirms the fake"], ("supports", 7, "media_authenticity"), BUCHA),
    (13, "CNN", "allegation", ["The Russian air force bombed a maternity hospital on 9 March"], None, MARIUPOL),
    (14, "Russia", "denial", ["Russian officials tried to disprove it"], ("denies", 13, "occurrence"),
     MARIUPOL),
    (15, "A Russian diplomat", "authenticity_claim", ["The bombed woman was not a real victim"],
     ("denies", 13, "victims"), MARIUPOL),
]  # fmt: skip
WORDS = {number: words for number, _party, _kind, words, _link, _incident in ROWS}


def rows_of_everything() -> dict[str, int]:
    """How many rows each table holds."""
    return {
        model._meta.label: model._default_manager.count()
        for label in ("harmtracker", "sources", "claims")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The case entered in an empty database, and once more."""
    folder = tmp_path_factory.mktemp("demo")
    port = free_ports(1)[0]
    loopback = override_settings(FETCH_ALLOWED_LOOPBACK=allowed([port]), EVIDENCE_ROOT=folder / "evidence")
    with django_db_blocker.unblock():
        try:
            with loopback, site.served(port, wait_seconds=0):
                result = _load_twice(folder / "secrets.json", f"http://127.0.0.1:{port}")
            yield result
        finally:
            _empty_tables(None)


def _load_twice(secrets: Path, address: str) -> SimpleNamespace:
    began = time.process_time()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "judge", _lights_go_out)
        with pytest.raises(KeyboardInterrupt):
            load_once(secrets, address)
    left_by_half = Incident.objects.count() + Party.objects.count()
    lines = load_once(secrets, address)
    seconds = time.process_time() - began  # a machine with other work takes longer
    before, kept = rows_of_everything(), secrets.read_text()
    again = load_once(secrets, address)
    return SimpleNamespace(
        lines=lines, again=again, before=before, after=rows_of_everything(), seconds=seconds, secrets=secrets,
        kept=kept, address=address, left_by_half=left_by_half,
    )  # fmt: skip


def _lights_go_out(*_case: object) -> None:
    raise KeyboardInterrupt


def statement(number: int) -> Statement:
    """The statement of a row, found by one of its words."""
    words = WORDS[number][0]
    party = next(row[1] for row in ROWS if row[0] == number)
    return Statement.objects.get(pk__in=Rendering.objects.filter(text=words).values("statement"), party__name=party)


@pytest.mark.parametrize(("number", "party", "kind", "words", "link", "incident"), ROWS)
def test_each_row_stands_as_in_the_table(loaded, number, party, kind, words, link, incident):
    found = statement(number)
    assert (found.party.name, found.kind) == (party, kind)
    assert sorted(found.renderings.values_list("text", flat=True)) == sorted(words)
    assert [each.title for each in found.incidents.all()] == [incident]
    links = [(each.type, each.to_statement_id, each.aspect) for each in found.links_out.all()]
    assert links == ([(link[0], statement(link[1]).pk, link[2])] if link else [])


def test_the_allegations_accuse_russian_forces_as_alleged(loaded):
    assert [row.party.name for number in (1, 13) for row in statement(number).accuses.all()] == (
        ["Russian armed forces"] * 2
    )
    assert "alleged" in statement(1).accuses.get().wording


def test_denials_hold_the_partys_position_and_authenticity_claims_name_their_media(loaded):
    assert {number: statement(number).responsibility_position for number in (7, 8, 12, 14)} == dict.fromkeys(
        (7, 8, 12, 14), "denies_act"
    )
    assert statement(7).media_item == statement(12).media_item != statement(15).media_item
    assert statement(7).media_item.handling == ["graphic"]


def test_what_another_body_could_not_confirm_is_a_note_and_no_statement(loaded):
    note = OutsideNote.objects.get()
    assert (note.party.name, note.incident.title) == ("CNN", BUCHA)
    assert note.wording == "could not independently confirm the details of the men's deaths"
    assert note.capture.text[note.start : note.end] == note.wording


def test_the_request_for_comment_awaits_a_reply(loaded):
    request = CommentRequest.objects.get()
    assert (request.asked_by.name, request.party.name, request.statement) == ("CNN", MINISTRY, statement(1))
    assert [event.outcome for event in request.events.all()] == ["awaiting_reply"]


def test_every_quotation_stands_letter_by_letter_in_its_capture(loaded):
    quoted = Rendering.objects.exclude(start=None).select_related("capture")
    assert len(quoted) == Rendering.objects.count() == QuoteCheck.objects.filter(outcome="exact").count()
    assert QuoteCheck.objects.exclude(outcome="exact").count() == 0
    for rendering in quoted:
        assert rendering.capture.text[rendering.start : rendering.end] == rendering.exact
        assert rendering.capture.obtained == "fetched"


def test_words_known_only_from_the_copy_are_its_publishers_translation(loaded):
    copy = Copy.objects.get()
    assert (copy.state, copy.decided_by.role, copy.original.title) == (
        "confirmed", "editor", "Pictures from Bucha draw accusations, and a denial from Moscow",
    )  # fmt: skip
    for number in (7, 10, 12):
        rendering = statement(number).renderings.get()
        assert (rendering.source, rendering.fidelity, rendering.translator) == (
            copy.derived, "translation", "publisher",
        )  # fmt: skip


def test_the_copys_spellings_are_offered_as_bucha_and_bhutan_is_not(loaded):
    text = Copy.objects.get().derived.captures.get().text
    found = [(each.written, each.name.place.name) for each in mentions(text, PlaceName.objects.all())]
    assert {"Bukha", "Bouha"} <= {written for written, _place in found}
    assert {place for written, place in found if written in ("Bukha", "Bouha")} == {"Bucha"}
    assert "Bhutan" in text
    assert "Bhutan" not in {written for written, _place in found}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Zelensky", "Volodymyr Zelensky"), ("Zelenskyy", "Volodymyr Zelensky"), ("Зеленський", "Volodymyr Zelensky"),
        ("Зеленский", "Volodymyr Zelensky"), ("Russian MoD", MINISTRY), ("Минобороны России", MINISTRY),
        ("ICC", "International Criminal Court"),
    ],
)  # fmt: skip
def test_a_party_is_found_under_each_of_its_names(loaded, written, name):
    assert {row.party.name for row in PartyName.objects.filter(folded=fold(written))} == {name}


def test_findings_say_what_was_done_and_by_whom(loaded):
    bucha = Incident.objects.get(title=BUCHA)
    assert (bucha.finding, bucha.place.adm1_code) == ("could_not_confirm", "UA-32")
    assert bucha.standing.tried
    assert bucha.standing.would_settle
    assert (bucha.standing.proposed_by.role, bucha.standing.decision.decided_by.role) == ("analyst", "editor")
    assert (statement(2).finding, statement(9).finding) == ("not_checkable", "in_progress")
    assert Incident.objects.get(title=MARIUPOL).finding == "unverified"


def test_a_viewer_sees_both_incidents_and_neither_the_amber_nor_the_teams_record(loaded):
    seen = {role: User.objects.get(username=name) for role, name in (("viewer", "ana"), ("other", "jonas"))}
    visible = Statement.objects.visible_to(seen["viewer"])
    assert Incident.objects.visible_to(seen["viewer"]).count() == 2
    assert all(visible.filter(pk=statement(number).pk).exists() for number in WORDS)
    hidden = Statement.objects.exclude(pk__in=visible)
    assert sorted(hidden.values_list("tlp", "workflow", "team__name")) == [
        ("AMBER", "draft", "Kyiv region desk"), ("AMBER", "in_review", None),
    ]  # fmt: skip
    assert Statement.objects.visible_to(seen["other"]).filter(team__isnull=False).count() == 0
    assert Statement.objects.visible_to(User.objects.get(username="mira")).count() == Statement.objects.count()


def test_what_was_approved_is_released_and_nothing_else(loaded):
    released = set(PublishedRecord.objects.filter(withdrawal=None).values_list("record_id", flat=True))
    approved = {*Incident.objects.values_list("pk", flat=True)}
    approved |= {*Statement.objects.filter(workflow="approved").values_list("pk", flat=True)}
    assert released == approved


def test_numbers_are_kept_as_given_with_their_area(loaded):
    given = Figure.objects.values_list("statement__party__name", "outcome", "least", "best", "is_incident_area")
    assert sorted(given, key=str) == [
        ("AFP", "bodies_found", 20, None, False),
        ("Governor of the Donetsk region", "injured", None, 17, True),
        ("Mariupol City Council", "killed", None, 3, True),
        ("Prosecutor General of Ukraine", "bodies_found", None, 410, False),
        ("UN Human Rights Office", "killed", 73, None, True),
    ]


def test_sources_came_through_the_pipeline_and_no_capture_is_left_over(loaded):
    assert not Job.objects.filter(kind__in=["capture.fetch", "capture.read"]).exclude(state="done").exists()
    outcomes = {source.captures.get().outcome for source in Source.objects.all()}
    assert outcomes == {"ok", "verdict.soft404"}
    report = Copy.objects.get().original
    assert (report.published, report.publisher.name) == ("2022-04-03", "Meridian Wire (demonstration)")
    assert [row.cited for row in Copy.objects.get().derived.cites.all()] == [report]
    assert report.cites.count() == 3


def test_entering_it_again_changes_nothing(loaded):
    assert loaded.after == loaded.before
    assert loaded.again == loaded.lines
    assert loaded.secrets.read_text() == loaded.kept
    assert loaded.seconds < 60


def test_a_start_that_breaks_off_leaves_no_half_case_and_the_next_one_enters_it_whole(loaded):
    assert loaded.left_by_half == 0


def test_every_accused_party_has_answered(loaded):
    reader = User.objects.get(username="daniel")
    assert standing_accusations(reader).exists()
    assert list(silences(reader)) == []


def test_the_visitor_is_told_each_account_and_its_password_works(loaded):
    told = "\n".join(loaded.lines)
    passwords = read_secrets(loaded.secrets)
    for person in PEOPLE:
        assert f"{person.username} {passwords[person.secret]} {person.role.label}" in " ".join(told.split())
        assert User.objects.get(username=person.username).check_password(passwords[person.secret])
    assert passwords["DEMO_PARTNER_TOKEN"] in told
    assert f"{loaded.address}{site.UNLOGGED}" in told
    assert loaded.secrets.stat().st_mode & 0o777 == 0o600
    assert django_settings.SECRET_KEY not in told


def test_links_hold_no_more_than_the_table_says(loaded):
    assert Link.objects.count() == sum(1 for row in ROWS if row[4])


@pytest.fixture
def served():
    port = free_ports(1)[0]
    with site.served(port, wait_seconds=0):
        yield f"http://127.0.0.1:{port}"


def _status(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize("path", sorted(site.ANSWERS))
def test_every_page_says_that_it_is_a_demonstration(served, path):
    status, body = _status(served + path)
    assert status == (500 if path == site.BROKEN else 200)
    assert "demonstration page" in body.lower() or "written for this software" in body


def test_a_path_is_looked_up_and_never_leads_to_a_file(served):
    assert _status(f"{served}/../site.py")[0] == 404
    assert _status(f"{served}/report.html")[0] == 404


def test_an_address_that_has_moved_leads_to_the_report(served):
    assert _status(served + site.MOVED)[1] == _status(served + site.REPORT)[1]
