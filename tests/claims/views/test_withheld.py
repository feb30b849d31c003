"""What a flag takes away, or a marking hides, is taken away on every page, in every choice and in every form."""

import pytest

from claims.models import Incident, Statement
from tests.factories import (
    CaptureFactory,
    ComparisonFactory,
    IncidentFactory,
    LinkFactory,
    MediaItemFactory,
    PartyFactory,
    PlaceFactory,
    QuoteCheckFactory,
    SourceFactory,
    StatementFactory,
    analyst,
    viewer,
)

pytestmark = pytest.mark.django_db
NAME = "Oksana Hidden"


@pytest.fixture
def incident():
    return IncidentFactory(title="Killings in Bucha", tlp="GREEN", workflow="approved")


@pytest.fixture
def pages(client):
    """The pages at these addresses, as an analyst without flags reads them."""
    client.force_login(analyst())

    def read(*addresses):
        answers = [client.get(address) for address in addresses]
        assert {answer.status_code for answer in answers} == {200}
        return "".join(answer.content.decode() for answer in answers)

    return read


def hidden_speaker(how):
    """Fields of a statement whose speaker a plain analyst may not know."""
    return {
        "above the clearance": {"party": PartyFactory(name=NAME, tlp="RED")},
        "a flag on the party": {"party": PartyFactory(name=NAME, tlp="GREEN", handling=["witness_identity"])},
        "a flag on the statement": {"party": PartyFactory(name=NAME), "handling": ["witness_identity"]},
    }[how]


HOW = ["above the clearance", "a flag on the party", "a flag on the statement"]


@pytest.mark.parametrize("how", HOW)
def test_a_withheld_speaker_is_named_on_no_page_of_the_statement(pages, incident, how):
    statement = StatementFactory(kind="testimony", incident=incident, **hidden_speaker(how))
    capture = statement.renderings.get().capture

    shown = pages(
        incident.get_absolute_url(),
        statement.get_absolute_url(),
        f"/statements/{statement.ref}/edit/",
        f"/statements/{statement.ref}/answer/",
        f"/statements/{statement.ref}/assess/",
        f"/incidents/{incident.ref}/assess/",
        f"/incidents/{incident.ref}/figures/new/",
        f"/incidents/{incident.ref}/requests/new/",
        capture.source.get_absolute_url(),
        f"{capture.get_absolute_url()}log/",
        f"{capture.get_absolute_url()}words/",
        "/statements/",
    )

    assert NAME not in shown
    if how == "a flag on the statement":
        assert statement.party.ref not in shown


def test_accused_who_are_withheld_are_named_nowhere(pages, incident):
    accused = PartyFactory(name=NAME, tlp="GREEN", handling=["minor"])
    statement = StatementFactory(incident=incident, accused=[accused])

    assert NAME not in pages(
        incident.get_absolute_url(), statement.get_absolute_url(), f"/incidents/{incident.ref}/requests/new/"
    )


def test_withheld_words_are_in_no_choice(pages, incident):
    statement = StatementFactory(
        incident=incident, words="Bodies lay", handling=["minor"], said_in="a talk with her mother"
    )
    capture = CaptureFactory(text="Nothing of it.")

    shown = pages(
        f"{capture.get_absolute_url()}log/?answers={statement.ref}", f"{capture.get_absolute_url()}words/",
        f"/incidents/{incident.ref}/figures/new/", incident.get_absolute_url(),
    )  # fmt: skip

    assert statement.ref in shown
    assert "Bodies lay" not in shown
    assert "(“as said”)" not in shown


def test_where_a_witness_spoke_is_withheld_with_the_witness(pages, incident):
    statement = StatementFactory(
        kind="testimony",
        incident=incident,
        handling=["witness_identity"],
        said_in="the cellar talk",
        role_words="baker",
    )
    shown = pages(
        incident.get_absolute_url(), statement.get_absolute_url(), f"/statements/{statement.ref}/edit/", "/statements/"
    )
    assert "the cellar talk" not in shown
    assert "baker" not in shown


def test_an_edit_keeps_what_the_person_could_not_see(client, pages, incident):
    statement = StatementFactory(
        kind="testimony", incident=incident, handling=["witness_identity"], said_in="the cellar talk",
        role_words="baker", on_behalf_of=PartyFactory(),
    )  # fmt: skip
    sent = client.get(f"/statements/{statement.ref}/edit/").context["form"].initial
    answer = client.post(f"/statements/{statement.ref}/edit/", {**sent, "said": "2022-04-03", "names_nobody": ""})
    assert answer.status_code == 302
    kept = Statement.objects.get(pk=statement.pk)
    assert (kept.said, kept.party_id, kept.on_behalf_of_id) == (
        "2022-04-03",
        statement.party_id,
        statement.on_behalf_of_id,
    )
    assert (kept.said_in, kept.role_words) == ("the cellar talk", "baker")


def test_a_source_that_is_to_be_protected_is_not_tied_to_the_words_taken_from_it(pages, incident):
    statement = StatementFactory(kind="testimony", incident=incident, handling=["source_identity"])
    source = statement.renderings.get().source

    assert statement.ref not in pages(source.get_absolute_url())
    assert source.title not in pages(f"/sources/?incident={incident.ref}", incident.get_absolute_url())
    assert "<li" in pages("/sources/")


def test_a_source_withheld_by_a_flag_is_read_by_nobody_who_may_not_see_through_it(client, pages):
    source = CaptureFactory(source=SourceFactory(title="Her letter", handling=["source_identity"])).source
    cited = SourceFactory(title="The answer to it")
    for address in (source.get_absolute_url(), f"/log/?into={source.ref}", f"/sources/{source.ref}/captures/1/log/"):
        assert client.get(address).status_code == 404
    assert "Her letter" not in pages("/sources/", cited.get_absolute_url())


def test_a_media_item_whose_description_is_withheld_is_described_nowhere(pages, incident):
    item = MediaItemFactory(description="A boy named Petro", handling=["minor"])
    statement = StatementFactory(kind="authenticity_claim", media_item=item, incident=incident)
    capture = statement.renderings.get().capture
    assert "Petro" not in pages(
        incident.get_absolute_url(), statement.get_absolute_url(), f"{capture.get_absolute_url()}log/",
        f"/statements/{statement.ref}/edit/", f"/media/{item.ref}/", f"/media/{item.ref}/assess/",
    )  # fmt: skip


def test_a_withheld_place_is_on_no_page_of_the_incident(client, pages):
    incident = IncidentFactory(
        place=PlaceFactory(name="Yablunska", adm1_name="Kyivska"), place_as_reported="the glass works",
        handling=["precise_location"],
    )  # fmt: skip
    shown = pages(
        "/", incident.get_absolute_url(), f"/incidents/{incident.ref}/edit/", f"/incidents/{incident.ref}/assess/",
        f"/incidents/{incident.ref}/marking/", f"/incidents/{incident.ref}/figures/new/",
    )  # fmt: skip
    for words in ("Yablunska", "the glass works", incident.place.ref, "Kyivska"):
        assert words not in shown

    sent = client.get(f"/incidents/{incident.ref}/edit/").context["form"].initial
    answer = client.post(f"/incidents/{incident.ref}/edit/", {**sent, "title": "Shelling"})
    assert answer.status_code == 302
    kept = Incident.objects.get(pk=incident.pk)
    assert (kept.title, kept.place, kept.place_as_reported) == ("Shelling", incident.place, "the glass works")


def test_what_became_of_words_in_a_source_one_may_not_see_is_not_told(pages, incident):
    capture = CaptureFactory(source=SourceFactory(tlp="RED"))
    statement = StatementFactory(kind="testimony", incident=incident, capture=capture)
    newer = CaptureFactory(source=capture.source)
    QuoteCheckFactory(
        rendering=statement.renderings.get(), capture=newer, outcome="edited",
        operations=[{"op": "replace", "before": "streets", "after": "secret cellars"}],
    )  # fmt: skip
    assert "secret cellars" not in pages(incident.get_absolute_url(), statement.get_absolute_url())


def test_a_viewer_is_not_told_who_works_on_a_source(client):
    capture = CaptureFactory(
        source=SourceFactory(workflow="approved"), obtained="pasted", requested_by=analyst(name="Ines Caldeira")
    )
    ComparisonFactory(capture=capture, created_by=analyst(name="Olha Marchuk"))
    for person, is_told in ((analyst(), True), (viewer(), False)):
        client.force_login(person)
        shown = client.get(capture.get_absolute_url()).content.decode()
        assert ("Ines Caldeira" in shown, "Olha Marchuk" in shown) == (is_told, is_told)


def test_a_removed_statement_is_offered_for_nothing(pages, incident):
    capture = CaptureFactory()
    removed = StatementFactory(
        incident=incident, lifecycle="removed", lifecycle_reason="Not meant.", lifecycle_at="2022-04-04T00:00Z",
        lifecycle_by=analyst(),
    )  # fmt: skip
    LinkFactory(to_statement=StatementFactory(incident=incident))
    assert removed.ref not in pages(f"{capture.get_absolute_url()}log/", f"{capture.get_absolute_url()}words/")


def test_neither_a_draft_nor_a_screen_of_what_happened_shows_what_a_flag_has_taken_away_since(client):
    """The person saw the speaker's role, typed something else, and comes back after the statement was flagged."""
    statement = StatementFactory(kind="testimony", role_words="nurse at the hospital", said_in="a cellar")
    incident = IncidentFactory(summary="The nurse told it.", place_as_reported="Beside the bakery")
    client.force_login(person := analyst())
    opened = {}
    for record in (statement, incident):
        page = f"{record.get_absolute_url()}edit/"
        opened[record] = client.get(page).context["form"]
        sent = {bound.html_name: bound.value() or "" for bound in opened[record]} | {"reason": "What was typed"}
        name = f"{record._meta.model_name}-edit"
        assert client.post("/drafts/", sent | {"draft_key": f"{name}:{page}", "draft_saved": ""}).status_code == 200
    sent = {bound.html_name: bound.value() or "" for bound in opened[statement]}
    changed = sent | {"role_words": "her brother", "reason": "It was her brother"}
    assert client.post(f"{statement.get_absolute_url()}edit/", changed).status_code == 302
    everything = ["witness_identity", "precise_location"]
    for model, record in ((Statement, statement), (Incident, incident)):
        model.objects.filter(pk=record.pk).update(handling=everything)

    stale = {"version": 0, "tlp": "RED", "handling": everything, "named": [str(person.pk)]}
    meanwhile = client.post(f"{statement.get_absolute_url()}marking/", stale)
    assert meanwhile.status_code == 422
    assert "What happened meanwhile" in meanwhile.content.decode()
    pages = [meanwhile, *map(client.get, (f"{record.get_absolute_url()}edit/" for record in (statement, incident)))]
    assert all("What was typed" in page.content.decode() for page in pages[1:])
    shown = "".join(page.content.decode() for page in [*pages, client.get(statement.get_absolute_url())])
    for gone in ("nurse", "a cellar", "her brother", "Beside the bakery"):
        assert gone not in shown
