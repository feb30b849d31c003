"""What was taken out is listed with who, when and why, and put back within the rules."""

import re

import pytest

from claims.actions.figure import withdraw_figure
from claims.actions.link import remove_link
from claims.actions.note import withdraw_note
from claims.actions.statement import set_lifecycle, withdraw_rendering
from claims.models import StatementIncident
from harmtracker.models import AuditEvent
from tests.factories import (
    FigureFactory,
    IncidentFactory,
    LinkFactory,
    OutsideNoteFactory,
    RenderingFactory,
    StatementFactory,
    analyst,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client):
    user = analyst(name="Olena Hrytsenko")
    client.force_login(user)
    return user


def figure(by):
    made = FigureFactory()
    made.incident = made.statement.incidents.get()
    withdraw_figure(figure=made, reason="Counted twice", by=by)
    return made, "figures", made.incident


def rendering(by):
    statement = StatementFactory()
    made = RenderingFactory(statement=statement)
    withdraw_rendering(rendering=made, reason="Counted twice", by=by)
    return made, "renderings", statement


def note(by):
    made = OutsideNoteFactory()
    withdraw_note(note=made, reason="Counted twice", by=by)
    return made, "notes", made.incident


def link(by):
    made = link_of(IncidentFactory())
    remove_link(link=made, reason="Counted twice", by=by)
    return made, "links", made.from_statement


def link_of(incident):
    ends = [StatementFactory(incident=incident) for _end in range(2)]
    return LinkFactory(from_statement=ends[0], to_statement=ends[1])


KINDS = [figure, rendering, note, link]


def is_out(record):
    record.refresh_from_db()
    return getattr(record, "withdrawn_at", None) is not None or getattr(record, "removed_at", None) is not None


def put_back(client, kind, record, **more):
    return client.post(f"/{kind}/{record.pk}/put-back/", {"version": record.version, "reason": "It was right"} | more)


@pytest.mark.parametrize("take_out", KINDS)
def test_it_is_listed_with_its_reason_and_put_back_once(client, writer, take_out):
    record, kind, page = take_out(writer)
    html = client.get(f"{page.get_absolute_url()}taken-out/").content.decode()
    assert "Counted twice" in html
    assert "Olena Hrytsenko" in html
    assert f"/{kind}/{record.pk}/put-back/" in html

    assert put_back(client, kind, record).status_code == 302
    assert not is_out(record)
    event = AuditEvent.objects.get(subject_id=record.pk, verb__endswith=".put_back")
    assert (event.actor_name, event.reason) == ("Olena Hrytsenko", "It was right")
    assert "Counted twice" in client.get(f"{page.get_absolute_url()}history/").content.decode()

    # Twice: it stands already.
    version = record.version
    answer = client.post(f"/{kind}/{record.pk}/put-back/", {"version": version}, follow=True)
    assert "It stands already" in answer.content.decode()
    record.refresh_from_db()
    assert record.version == version


@pytest.mark.parametrize("take_out", KINDS)
def test_it_is_refused_on_an_outdated_page_and_for_who_may_not(client, client_of, writer, take_out):
    record, kind, _page = take_out(writer)
    put_back(client, kind, record, version=record.version - 1)
    assert is_out(record)
    assert put_back(client, kind, record, version="x" * 40).status_code == 302
    assert is_out(record)

    assert put_back(client_of(viewer()), kind, record).status_code == 403
    statement = getattr(record, "statement", None) or getattr(record, "from_statement", None) or record
    type(statement).objects.filter(pk=statement.pk).update(tlp="AMBER_STRICT")
    assert put_back(client, kind, record).status_code == 404
    assert is_out(record)


def test_a_figure_of_a_statement_that_is_about_something_else_now_stays_out(client, writer):
    record, _kind, _page = figure(writer)
    StatementIncident.objects.create(statement=record.statement, incident=IncidentFactory())
    StatementIncident.objects.filter(statement=record.statement, incident=record.incident).delete()
    answer = client.post(f"/figures/{record.pk}/put-back/", {"version": record.version}, follow=True)
    assert "no longer about this incident" in answer.content.decode()
    assert is_out(record)


def test_a_link_the_rules_forbid_by_now_stays_out_and_the_page_says_why(client, writer):
    record, _kind, _page = link(writer)
    LinkFactory(
        from_statement=record.from_statement, to_statement=record.to_statement, type=record.type, aspect=record.aspect
    )
    answer = client.post(f"/links/{record.pk}/put-back/", {"version": record.version}, follow=True)
    assert "linked in this way already" in answer.content.decode()
    assert is_out(record)


def test_a_translation_waits_for_its_original(client, writer):
    statement = StatementFactory()
    RenderingFactory(statement=statement)
    original = statement.renderings.order_by("pk").first()
    own = RenderingFactory(
        statement=statement, translates=original, fidelity="translation", translator="tracker_human", text="Ours",
        capture=None, quoted=False,
    )  # fmt: skip
    withdraw_rendering(rendering=own, reason="Wrong", by=writer)
    withdraw_rendering(rendering=original, reason="Wrong", by=writer)
    answer = client.post(f"/renderings/{own.pk}/put-back/", {"version": own.version}, follow=True)
    assert "Put those back first" in answer.content.decode()


def test_a_removed_statement_is_put_back_by_an_editor(client, writer):
    by, incident = editor(), IncidentFactory()
    statement = StatementFactory(incident=incident)
    set_lifecycle(statement=statement, lifecycle="removed", reason="A hoax", expected_version=1, by=by)
    page = f"/incidents/{incident.ref}/taken-out/"
    assert 'value="current"' not in client.get(page).content.decode(), "an analyst sees it and cannot"
    client.force_login(by)
    html = client.get(page).content.decode()
    assert "A hoax" in html
    address = re.search(r'action="(/statements/[^"]+/lifecycle/)"', html).group(1)
    client.post(address, {"version": statement.version, "lifecycle": "current"})
    statement.refresh_from_db()
    assert statement.lifecycle == "current"


def test_the_list_holds_nothing_the_reader_may_not_see(client, writer):
    incident = IncidentFactory()
    secret = StatementFactory(incident=incident, tlp="AMBER_STRICT")
    words = RenderingFactory(statement=StatementFactory(incident=incident, handling=["minor"]))
    withdraw_rendering(rendering=words, reason="A reason that names the child", by=writer)
    ends = LinkFactory(from_statement=StatementFactory(incident=incident), to_statement=secret)
    remove_link(link=ends, reason="A secret reason", by=writer)
    html = client.get(f"/incidents/{incident.ref}/taken-out/").content.decode()
    assert secret.ref not in html
    assert "A secret reason" not in html
    assert words.text not in html
    assert "names the child" not in html
