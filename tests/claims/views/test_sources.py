"""Describing a source, calling it a copy, and taking words and numbers back: by whom, and what is refused."""

import pytest
from django.urls import reverse

from harmtracker.models import AuditEvent
from sources.models import Copy
from tests.factories import (
    CaptureFactory,
    CopyFactory,
    FigureFactory,
    PartyFactory,
    RenderingFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    editor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client_of):
    return client_of(analyst())


@pytest.fixture
def decider(client_of):
    return client_of(editor())


def described(source, **changes):
    return {"version": source.version, "title": "Stated title", "kind": "official_post",
            "publisher": "Ministry of Truth", "lang": "ru", "published": "2022-04-03",
            "published_zone": "Europe/Moscow"} | changes  # fmt: skip


def test_a_person_states_what_a_source_is(writer):
    ministry = PartyFactory(name="Ministry of Truth")
    source = SourceFactory()
    response = writer.post(reverse("source-edit", args=[source.ref]), described(source))
    assert response.status_code == 302
    source.refresh_from_db()
    assert (source.title, source.kind, source.publisher, source.lang) == (
        "Stated title", "official_post", ministry, "ru",
    )  # fmt: skip
    assert source.published_start.isoformat() == "2022-04-02T21:00:00+00:00"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"publisher": "Nobody Known"}, "publisher"),
        ({"published": "3.4.2022"}, "published"),
        ({"kind": "gossip"}, "kind"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(writer, change, field):
    PartyFactory(name="Ministry of Truth")
    source = SourceFactory(title="As it was")
    response = writer.post(reverse("source-edit", args=[source.ref]), described(source, **change))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert response.context["form"]["title"].value() == "Stated title"
    source.refresh_from_db()
    assert source.title == "As it was"


def test_two_people_describing_one_source_overwrite_nothing(writer, decider):
    PartyFactory(name="Ministry of Truth")
    source = SourceFactory()
    address = reverse("source-edit", args=[source.ref])
    given = described(source)
    assert decider.post(address, given | {"title": "Theirs"}).status_code == 302
    response = writer.post(address, given)
    assert response.status_code == 422
    assert "Theirs" in response.content.decode()
    source.refresh_from_db()
    assert source.title == "Theirs"


def test_a_copy_is_suggested_by_one_and_confirmed_by_an_editor(writer, decider):
    derived, original = SourceFactory(), SourceFactory()
    writer.post(reverse("copy-suggest", args=[derived.ref]), {"original": original.ref.lower(), "kind": "translation"})
    copy = Copy.objects.get()
    assert (copy.derived, copy.original, copy.state) == (derived, original, "suggested")
    address = reverse("copy-decide", args=[copy.pk])
    assert writer.post(address, {"decision": "confirm"}).status_code == 403
    decider.post(address, {"decision": "confirm"})
    copy.refresh_from_db()
    assert copy.state == "confirmed"


def test_dismissing_a_copy_needs_a_reason(decider):
    copy = CopyFactory()
    address = reverse("copy-decide", args=[copy.pk])
    decider.post(address, {"decision": "dismiss", "reason": " "})
    copy.refresh_from_db()
    assert copy.state == "suggested"
    decider.post(address, {"decision": "dismiss", "reason": "Own reporting"})
    copy.refresh_from_db()
    assert (copy.state, copy.decided_reason) == ("dismissed", "Own reporting")


def test_an_original_one_may_not_see_is_not_held(writer):
    derived, hidden = SourceFactory(), SourceFactory(team=TeamFactory())
    response = writer.post(
        reverse("copy-suggest", args=[derived.ref]), {"original": hidden.ref, "kind": "reprint"}, follow=True
    )
    assert "No source is held" in response.content.decode()
    assert not Copy.objects.exists()


def test_words_are_withdrawn_with_a_reason_and_stay_in_the_history(writer):
    statement = StatementFactory()
    wrong = RenderingFactory(statement=statement, capture=CaptureFactory())
    address = reverse("rendering-withdraw", args=[wrong.pk])
    writer.post(address, {"reason": ""})
    wrong.refresh_from_db()
    assert wrong.withdrawn_at is None
    writer.post(address, {"reason": "Another speaker's words"})
    wrong.refresh_from_db()
    assert wrong.withdrawn_reason == "Another speaker's words"
    assert AuditEvent.objects.get(verb="rendering.withdrawn").subject_id == wrong.pk
    assert writer.post(address, {"reason": "again"}).status_code == 404


def test_the_last_words_of_a_statement_cannot_be_withdrawn(writer):
    only = StatementFactory().renderings.get()
    page = writer.post(reverse("rendering-withdraw", args=[only.pk]), {"reason": "x"}, follow=True)
    assert "keeps at least one rendering" in page.content.decode()
    only.refresh_from_db()
    assert only.withdrawn_at is None


def test_a_number_is_withdrawn_with_a_reason(writer):
    figure = FigureFactory()
    writer.post(reverse("figure-withdraw", args=[figure.pk]), {"reason": "Misread"})
    figure.refresh_from_db()
    assert figure.withdrawn_reason == "Misread"
