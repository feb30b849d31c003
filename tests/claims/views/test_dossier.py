"""The incident as a dossier: as it stands, as it stood, seen through today's restrictions; its timeline."""

import dataclasses
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from claims.actions.comment_request import add_outcome
from claims.actions.figure import FigureFields, add_figure, withdraw_figure
from claims.actions.incident import IncidentFields, edit_incident
from claims.actions.link import remove_link
from claims.actions.party import edit_party
from claims.actions.place import PlaceFields, edit_place
from claims.actions.statement import StatementFields, edit_statement, set_lifecycle
from claims.actions.statement_incidents import add_incident, remove_incident
from claims.models import Incident, Statement
from claims.views.dossier import as_written
from sources.models import Party
from tests.factories import (
    CommentRequestFactory,
    IncidentFactory,
    LinkFactory,
    OutsideNoteFactory,
    PartyFactory,
    PlaceFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    approve_finding,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db
OPEN = {"tlp": "GREEN", "workflow": "approved"}


@pytest.fixture
def by():
    return editor(name="Olha Marchuk")


@pytest.fixture
def incident():
    return IncidentFactory(title="Killings in Bucha", **OPEN)


@pytest.fixture
def claim(incident):
    return StatementFactory(incident=incident, party=PartyFactory(name="CNN"), **OPEN)


def shown(client, incident, at=None, page="dossier"):
    answer = client.get(f"/incidents/{incident.ref}/{page}/", {"at": as_written(at)} if at else {})
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer


def moment():
    """Now, to the thousandth of a second as addresses name it, with what was done before safely in the past."""
    at = timezone.now() + timedelta(milliseconds=2)
    while timezone.now() <= at + timedelta(milliseconds=2):
        pass
    return at


def edited(record, by, **changes):
    fields = StatementFields if isinstance(record, Statement) else IncidentFields
    record.refresh_from_db()
    kept = {name: getattr(record, name) for name in fields.__dataclass_fields__}
    given = fields(**(kept | changes))
    if isinstance(record, Statement):
        edit_statement(statement=record, given=given, expected_version=record.version, by=by, reason="Read again")
    else:
        edit_incident(incident=record, given=given, expected_version=record.version, by=by)


def test_the_past_holds_what_was_logged_linked_and_decided_by_then(client, by, incident, claim):
    client.force_login(by)
    denial = StatementFactory(kind="denial", incident=incident, party=PartyFactory(name="The ministry"), **OPEN)
    link = LinkFactory(from_statement=denial, to_statement=claim)
    figure = add_figure(statement=claim, incident=incident, given=FigureFields("killed", least=20), by=by)
    asked = CommentRequestFactory(incident=incident, statement=claim)
    then = moment()
    late = StatementFactory(incident=incident, party=PartyFactory(name="Latecomer"), **OPEN)
    remove_link(link=link, reason="Another claim was meant", by=by)
    withdraw_figure(figure=figure, reason="Misread", by=by)
    add_outcome(request=asked, outcome="declined", by=by)
    approve_finding(incident, "could_not_confirm")

    past, now = (shown(client, incident, at).context for at in (then, None))
    [line] = [each for each in past["read"].shown.threads if each.voice.statement == claim]

    assert {voice.statement.ref for voice in past["read"].voices} == {claim.ref, denial.ref}
    assert late.ref in {voice.statement.ref for voice in now["read"].voices}
    assert [answer.voice.statement for answer in line.answers] == [denial]
    assert [each.figure for each in past["read"].figures] == [figure]
    assert (past["read"].ranges[0].low, now["read"].ranges) == (20, [])
    assert ([each.outcome for each in past["read"].asked[0].events], len(now["read"].asked[0].events)) == ([], 1)
    assert (past["read"].incident.finding, now["read"].incident.finding) == ("unverified", "could_not_confirm")
    assert (past["read"].assessments, len(now["read"].assessments) > 0) == ([], True)


def test_a_finding_stands_from_its_decision_until_it_is_replaced(client, by, incident, claim):
    client.force_login(by)
    approve_finding(claim, "could_not_confirm")
    then = moment()
    approve_finding(claim, "partly_corroborated")

    def finding(at):
        [voice] = shown(client, incident, at).context["read"].voices
        return voice.statement.finding, voice.statement.standing.finding

    assert finding(then) == ("could_not_confirm", "could_not_confirm")
    assert finding(None) == ("partly_corroborated", "partly_corroborated")


def test_fields_edited_since_are_shown_as_they_stood_and_named(client, by, incident, claim):
    client.force_login(by)
    then = moment()
    other = PartyFactory(name="Reuters")
    edited(claim, by, party=other, said="2022-04-05", role_words="Correspondent")
    edited(incident, by, title="Killings in another town", occurred="2022-03-31")

    page = shown(client, incident, then)
    [voice] = page.context["read"].voices
    text = page.content.decode()

    assert (voice.speaker.name, voice.statement.said, voice.statement.role_words) == ("CNN", "2022-04-03", "")
    assert page.context["read"].incident.title == "Killings in Bucha"
    assert "2 records were edited since" in text
    assert "Killings in another town" in shown(client, incident).content.decode()
    assert Incident.objects.get(pk=incident.pk).title == "Killings in another town"  # nothing was written


def test_parties_and_places_are_called_what_they_were_called_then(client, by, incident, claim):
    client.force_login(by)
    accused, place = claim.accuses.get().party, PlaceFactory(name="Bukha")
    edited(incident, by, place=place)
    outlet, before = claim.renderings.get().source.publisher, accused.name
    then = moment()
    for party, name in ((claim.party, "Cable News"), (accused, "The armed forces"), (outlet, "Newest outlet")):
        kept = {"kind": party.kind, "description": party.description, "expected_version": party.version}
        edit_party(party=party, name=name, by=by, **kept)
    fields = PlaceFields(**{each.name: getattr(place, each.name) for each in dataclasses.fields(PlaceFields)})
    edit_place(place=place, given=dataclasses.replace(fields, name="Bucha town"), expected_version=1, by=by)
    new = ("Cable News", "The armed forces", "Newest outlet", "Bucha town")

    page = shown(client, incident, then)
    text = page.content.decode()
    assert page.context["read"].voices[0].speaker.name == "CNN"
    assert before in text
    assert "Bukha" in text
    assert not any(name in text for name in new)
    assert f"{accused.ref}</a>: name, shown as it stood then." in text
    today = shown(client, incident).content.decode()
    assert all(name in today for name in new)

    Party.objects.filter(pk=claim.party.pk).update(handling=["precise_location"])
    text = shown(client, incident, then).content.decode()
    assert "Cable News" in text, "a flag of today withholds something of it: its earlier name is not told"

    client.force_login(viewer())
    text = shown(client, incident, then).content.decode()
    assert "The armed forces" in text
    assert "Bukha" not in text


def test_statements_taken_out_or_put_under_later_are_where_they_were(client, by, incident, claim):
    client.force_login(by)
    elsewhere = IncidentFactory(**OPEN)
    moved = StatementFactory(incident=incident, incidents=[elsewhere], **OPEN)
    guest = StatementFactory(incident=elsewhere, **OPEN)
    then = moment()
    remove_incident(statement=moved, incident=incident, reason="Not about it", expected_version=moved.version, by=by)
    add_incident(statement=guest, incident=incident, expected_version=guest.version, by=by)

    past, now = ({each.statement for each in shown(client, incident, at).context["read"].voices}
                 for at in (then, None))  # fmt: skip
    assert past == {claim, moved}
    assert now == {claim, guest}


# ---- Today's restrictions hold at every date


@pytest.mark.parametrize("page", ["dossier", "timeline"])
def test_what_is_hidden_today_is_absent_then(client, by, incident, claim, page):
    team, person = TeamFactory(), analyst()
    secret = StatementFactory(incident=incident, party=PartyFactory(name="Hidden speaker"), **OPEN)
    add_figure(statement=secret, incident=incident, given=FigureFields("killed", best=98_765_432), by=by)
    removed = StatementFactory(incident=incident, party=PartyFactory(name="Removed speaker"), **OPEN)
    then = moment()
    client.force_login(person)
    before = shown(client, incident, then, page).content.decode()
    Statement.objects.filter(pk=secret.pk).update(team=team)
    set_lifecycle(statement=removed, lifecycle="removed", reason="Legal", expected_version=removed.version, by=by)

    after = shown(client, incident, then, page).content.decode()

    for words in ("Hidden speaker", "Removed speaker", secret.ref, removed.ref):
        assert words in before
        assert words not in after
    number = re.compile(r"98\D?765\D?432")
    assert bool(number.search(before)) == (page == "dossier")
    assert not number.search(after)


def test_a_flag_of_today_withholds_what_was_open_then(client, by, incident, claim):
    then = moment()
    edited(claim, by, role_words="Neighbour of the victim")
    edited(claim, by, role_words="")
    Statement.objects.filter(pk=claim.pk).update(handling=["witness_identity"])
    client.force_login(analyst())

    page = shown(client, incident, then)
    [voice] = page.context["read"].voices
    text = page.content.decode()

    assert (voice.speaker, voice.words[0].source) == (None, None)
    assert not re.search(r"\bCNN\b", text)
    assert "Neighbour" not in text
    assert "this was changed later; the earlier value is restricted" in text


def test_earlier_wording_is_not_told_to_those_who_may_not_read_histories(client, by, incident):
    edited(incident, by, summary="A draft nobody approved")
    then = moment()
    edited(incident, by, summary="As approved")
    client.force_login(viewer())

    text = shown(client, incident, then).content.decode()

    assert "A draft nobody approved" not in text
    assert "As approved" in text
    assert "the earlier value is restricted" in text


def test_notes_withdrawn_since_are_counted_and_not_brought_out_again(client, by, incident):
    from claims.actions.note import withdraw_note

    client.force_login(by)
    note = OutsideNoteFactory(incident=incident, tlp="GREEN")
    hidden = OutsideNoteFactory(incident=incident, tlp="RED")
    then = moment()
    withdraw_note(note=note, reason="Names a child", by=by)
    withdraw_note(note=hidden, reason="Names a child", by=by)

    text = shown(client, incident, then).content.decode()

    assert note.wording not in text
    assert "One outside note that was withdrawn since is not shown." in text


# ---- Dates


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("yesterday", "Write a day as 2022-11-20"),
        ("2022-02-30", "Write a day as 2022-11-20"),
        ("9999-12-31", "Write a day as 2022-11-20"),
        ("2999-12-31", "That date has not come yet"),
        ("2022-04-03", "This incident was first recorded on"),
    ],
)
def test_a_date_that_cannot_be_shown_is_refused_in_words(client, by, incident, at, words):
    client.force_login(by)
    answer = client.get(f"/incidents/{incident.ref}/dossier/", {"at": at})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_link_to_this_state_leads_to_it(client, by, incident, claim):
    client.force_login(by)
    link = shown(client, incident).context["link"]
    late = StatementFactory(incident=incident, **OPEN)

    text = client.get(link).content.decode()

    assert claim.ref in text
    assert late.ref not in text
    assert "As it stood on" in text


def test_today_is_a_day_like_any_other(client, by, incident, claim):
    client.force_login(by)
    answer = client.get(f"/incidents/{incident.ref}/dossier/", {"at": f"{timezone.now():%Y-%m-%d}"})
    assert claim.ref in answer.content.decode()


# ---- The page


def test_paper_carries_the_strictest_marking_of_what_stands_on_it_and_names_the_reader(client, by, incident, claim):
    client.force_login(by)
    assert 'class="paper-mark" data-tlp="GREEN"' in shown(client, incident).content.decode()
    StatementFactory(incident=incident, tlp="AMBER")

    text = shown(client, incident).content.decode()
    assert 'class="paper-mark" data-tlp="AMBER"' in text
    assert "for Olha Marchuk" in text
    client.force_login(viewer())
    assert 'class="paper-mark" data-tlp="GREEN"' in shown(client, incident).content.decode()


def test_sources_are_printed_with_their_addresses(client, by, incident, claim):
    client.force_login(by)
    source = claim.renderings.get().source
    assert source.submitted_address in shown(client, incident).content.decode()


def test_the_timeline_stands_in_the_order_in_which_it_happened(client, by, incident, claim):
    client.force_login(by)
    approve_finding(claim, "could_not_confirm")
    page = shown(client, incident, page="timeline")
    lanes = [item.lane for item in page.context["timeline"].items]

    assert lanes[:2] == ["happened", "said"]
    assert {"captured", "found"} <= set(lanes[2:])
    assert 'role="img"' in page.content.decode()


def test_without_chromium_the_browser_prints(client, by, incident, settings):
    client.force_login(by)
    settings.CHROMIUM = "/nowhere/chromium"
    assert "Print to PDF in your browser" in shown(client, incident).content.decode()
    refused = client.get(f"/incidents/{incident.ref}/dossier/pdf/")
    assert refused.status_code == 503
    assert "Use “Print to PDF” of your browser" in refused.content.decode()
