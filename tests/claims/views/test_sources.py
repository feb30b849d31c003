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


# ---- Visits, steps and marking of a source ----


def visits(source, policy, **changes):
    return {"version": source.version, "visit_policy": policy, "reason": ""} | changes


def visits_address(source):
    return reverse("source-visits", args=[source.ref])


def test_visits_are_forbidden_by_whoever_hands_in_and_allowed_again_by_an_editor_with_a_reason(writer, decider):
    source = SourceFactory()
    assert writer.post(visits_address(source), visits(source, "do_not_contact")).status_code == 302
    source.refresh_from_db()
    assert source.visit_policy == "do_not_contact"
    assert AuditEvent.objects.get(verb="source.visits_set").changes == {
        "visit_policy": ["public_link", "do_not_contact"]
    }
    given = visits(source, "public_link", reason="The publisher asked us to look")
    assert writer.post(visits_address(source), given).status_code == 403
    refused = decider.post(visits_address(source), visits(source, "public_link", reason=" "))
    assert refused.status_code == 422
    assert "reason" in refused.context["visits_form"].errors
    source.refresh_from_db()
    assert source.visit_policy == "do_not_contact"
    assert decider.post(visits_address(source), given).status_code == 302
    source.refresh_from_db()
    assert source.visit_policy == "public_link"
    assert AuditEvent.objects.filter(verb="source.visits_set").first().reason == "The publisher asked us to look"


@pytest.mark.parametrize("policy", ["", "always", "PUBLIC_LINK"])
def test_a_policy_nobody_knows_is_refused(writer, policy):
    source = SourceFactory()
    response = writer.post(visits_address(source), visits(source, policy))
    assert response.status_code == 422
    assert "visit_policy" in response.context["visits_form"].errors


def test_what_has_no_address_cannot_be_visited(decider):
    source = SourceFactory(submitted_address="", address_key="", host="", visit_policy="do_not_contact")
    response = decider.post(visits_address(source), visits(source, "public_link", reason="Look"))
    assert response.status_code == 422
    assert "no address" in response.content.decode()


def test_setting_visits_overwrites_nothing_saved_meanwhile(writer):
    PartyFactory(name="Ministry of Truth")
    source = SourceFactory()
    given = visits(source, "do_not_contact")
    writer.post(reverse("source-edit", args=[source.ref]), described(source))
    assert writer.post(visits_address(source), given).status_code == 422
    source.refresh_from_db()
    assert source.visit_policy == "public_link"


def test_the_same_policy_again_writes_nothing(writer):
    source = SourceFactory()
    assert writer.post(visits_address(source), visits(source, "public_link")).status_code == 302
    assert not AuditEvent.objects.exists()


def test_a_source_is_approved_by_an_editor_and_marked_by_a_writer(writer, decider):
    source = SourceFactory()
    step = {"to": "approved", "version": source.version}
    assert writer.post(reverse("source-workflow", args=[source.ref]), step).status_code == 403
    assert decider.post(reverse("source-workflow", args=[source.ref]), step).status_code == 302
    source.refresh_from_db()
    assert source.workflow == "approved"
    marked = {"version": source.version, "tlp": "AMBER", "handling": ["graphic"], "reason": ""}
    assert writer.post(reverse("source-marking", args=[source.ref]), marked).status_code == 302
    source.refresh_from_db()
    assert (source.tlp, source.handling) == ("AMBER", ["graphic"])


def test_a_step_that_does_not_follow_is_refused_in_words(writer):
    source = SourceFactory(workflow="in_review")
    step = {"to": "in_review", "version": source.version}
    response = writer.post(reverse("source-workflow", args=[source.ref]), step)
    assert response.status_code == 422
    assert "does not follow" in response.content.decode()


def test_the_page_that_describes_a_source_offers_its_steps_marking_and_visits(writer):
    source = SourceFactory()
    page = writer.get(reverse("source-edit", args=[source.ref])).content.decode()
    for name in ("source-workflow", "source-marking", "source-visits", "source-edit"):
        assert reverse(name, args=[source.ref]) in page, name


# ---- The frame of every tab ----

TABS = ["source", "source-changes", "source-copies", "source-evidence", "source-statements"]


@pytest.mark.parametrize("name", TABS)
def test_every_tab_names_the_source_the_tabs_and_which_one_it_is(writer, name):
    source = CaptureFactory(source=SourceFactory(title="A <b>title</b>")).source
    page = writer.get(reverse(name, args=[source.ref])).content.decode()
    assert "A &lt;b&gt;title" in page
    assert "TLP:" in page
    assert source.submitted_address in page
    for other in TABS:
        here = ' aria-current="page"' if other == name else ""
        assert f'<a href="{reverse(other, args=[source.ref])}"{here}>' in page, other


def test_tabs_count_what_this_person_may_see(writer):
    source = CaptureFactory().source
    CaptureFactory(source=source, number=2)
    StatementFactory(capture=source.captures.get(number=1))
    StatementFactory(capture=source.captures.get(number=1), team=TeamFactory())
    StatementFactory(capture=source.captures.get(number=1), handling=["source_identity"])
    CopyFactory(derived=source)
    CopyFactory(original=source, derived=SourceFactory(team=TeamFactory()))
    response = writer.get(reverse("source-statements", args=[source.ref]))
    assert [tab.count for tab in response.context["tabs"]] == [None, 2, 1, None, 1, 0]


def test_an_outlet_one_may_not_see_is_not_named_in_the_head(writer):
    source = CaptureFactory(source=SourceFactory(publisher=PartyFactory(name="Hidden", team=TeamFactory()))).source
    assert "Hidden" not in writer.get(source.get_absolute_url()).content.decode()


def test_two_people_describing_a_source_see_both_versions_and_choose(writer, decider):
    PartyFactory(name="Ministry of Truth")
    source = SourceFactory(title="As captured")
    address = reverse("source-edit", args=[source.ref])
    opened = writer.get(address).context["form"]["opened"].value()
    given = described(source, title="Mine") | {"opened": opened}
    decider.post(address, described(source, title="Theirs", lang="uk"))

    stale = writer.post(address, given)
    rows = {row.name: (row.mine, row.theirs) for row in stale.context["differing"] if not row.is_taken_over}
    saved = writer.post(address, stale.context["form"].data | {"choice_title": "theirs", "mine_title": "Mine"})

    source.refresh_from_db()
    assert stale.status_code == 422
    assert rows["title"] == ("Mine", "Theirs")
    assert "saved this while you were writing" in stale.content.decode()
    assert saved.status_code == 302
    assert source.title == "Theirs"


def test_what_is_typed_about_a_source_is_kept(writer):
    source = SourceFactory()
    address = reverse("source-edit", args=[source.ref])
    kept = {"draft_key": f"source-edit:{address}", "title": "Typed with care", "version": "1"}
    assert writer.post(reverse("draft-save"), kept).status_code == 200

    assert "Typed with care" in writer.get(address).content.decode()
