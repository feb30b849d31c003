"""Protected witnesses: a pseudonym stands wherever the name is withheld, in the house and for partners."""

import pytest
from django.contrib.messages import get_messages

from claims.actions.witness import create_witness, set_pseudonym
from claims.forms.statement import PROTECTED
from claims.logbook import one_party
from claims.models import Statement
from harmtracker.errors import Refused
from harmtracker.models import AuditEvent
from sources.models import Party
from tests.factories import (
    CaptureFactory,
    FigureFactory,
    IncidentFactory,
    OutsideNoteFactory,
    PartyFactory,
    StatementFactory,
    analyst,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db
NAME = "Olena Petrivna Hidden"


@pytest.fixture
def incident():
    return IncidentFactory(title="Killings in Bucha", tlp="GREEN", workflow="approved")


def test_a_witness_is_made_in_one_step_and_only_the_cleared_read_the_name(client, incident):
    person = analyst()
    client.force_login(person)
    answer = client.post(f"/incidents/{incident.ref}/witnesses/new/", {"name": NAME, "description": "a baker"})
    made = Party.objects.get(pseudonym="Witness A")
    assert (made.name, made.kind, made.handling, made.tlp) == (NAME, "witness", ["witness_identity"], "GREEN")
    said = [str(each) for each in get_messages(answer.wsgi_request)]
    assert said == [f"Witness A is held as {made.ref}. Write either where a form asks who."]

    statement = StatementFactory(kind="testimony", party=made, incident=incident, tlp="GREEN", workflow="approved")
    FigureFactory(statement=statement, incident=incident)
    OutsideNoteFactory(party=made, incident=incident, tlp="GREEN")
    pages = [
        "/statements/", statement.get_absolute_url(), incident.get_absolute_url(),
        f"{incident.get_absolute_url()}?part=1",
        statement.renderings.get().source.get_absolute_url() + "statements/",
    ]  # fmt: skip
    for reader in (viewer(), person, analyst(flags=["source_identity"])):
        client.force_login(reader)
        for address in pages[: 4 if reader.role == "viewer" else None]:  # viewers see no source that is not approved
            shown = client.get(address).content.decode()
            assert "Witness A" in shown, address
            assert NAME not in shown, address
            assert "a baker" not in shown
        assert client.get(f"/parties/{made.ref}/").status_code == 404
        assert NAME not in client.get("/parties/?q=Olena+Petrivna").content.decode()
    client.force_login(analyst(flags=["witness_identity"]))
    for address in pages[:3]:
        assert NAME in client.get(address).content.decode()
    assert "Read as “Witness A”" in client.get(f"/parties/{made.ref}/").content.decode()
    changes = AuditEvent.objects.get(verb="party.created", subject_id=made.pk).changes
    assert all(value.startswith("hmac:") for values in changes.values() for value in values)


def test_letters_go_on_within_an_incident_and_begin_anew_in_the_next(incident):
    person = analyst()
    StatementFactory(kind="testimony", incident=incident, party=create_witness(incident=incident, by=person))
    create_witness(incident=incident, by=person)
    third = create_witness(incident=incident, by=person)
    other = create_witness(incident=IncidentFactory(), by=person)
    assert (third.pseudonym, other.pseudonym) == ("Witness C", "Witness A")
    assert incident.ref in third.name


def test_in_the_reader_a_witness_is_made_with_the_first_words_and_named_by_pseudonym_after(client, incident):
    client.force_login(analyst())
    capture = CaptureFactory(text="They shot at us. We ran.")
    form = {
        "words_are": "verbatim", "lang": "en", "kind": "testimony", "how_known": "anonymous", "tlp": "AMBER",
        "incidents": [incident.ref], "party_kind": PROTECTED, "party": NAME,
    }  # fmt: skip
    first = client.post(f"{capture.get_absolute_url()}log/", form | {"exact": "They shot at us"})
    again = client.post(f"{capture.get_absolute_url()}log/", form | {"exact": "We ran", "party": "witness a"})
    assert (first.status_code, again.status_code) == (302, 302)
    assert {each.party.pseudonym for each in Statement.objects.all()} == {"Witness A"}
    assert Party.objects.filter(kind="witness").count() == 1


def test_two_of_one_pseudonym_are_told_apart_without_their_names():
    person = analyst()
    made = [create_witness(incident=IncidentFactory(), by=person, name=NAME) for _each in range(2)]
    with pytest.raises(Refused) as refusal:
        one_party("Witness A", user=person, field="party")
    assert NAME not in str(refusal.value.message)
    assert all(each.ref in str(refusal.value.message) for each in made)
    assert one_party(made[1].ref, user=person, field="party") == made[1]
    with pytest.raises(Refused, match="No party is held"):
        one_party(NAME, user=person, field="party")


def test_a_pseudonym_wants_a_name_that_is_withheld_and_never_is_that_name():
    open_party = PartyFactory()
    with pytest.raises(Refused, match="Set the marking"):
        set_pseudonym(party=open_party, pseudonym="Witness Q", expected_version=1, by=analyst())
    guarded = create_witness(incident=IncidentFactory(), by=analyst(), name=NAME)
    with pytest.raises(Refused, match="one of its names"):
        set_pseudonym(party=guarded, pseudonym=NAME.lower(), expected_version=1, by=analyst())


def test_a_pseudonym_tells_nothing_where_the_statement_withholds_a_name_one_knows(client, incident):
    """The name may be read elsewhere by this reader: the pseudonym beside these words would tie both together."""
    party = PartyFactory(name=NAME, tlp="GREEN", handling=["witness_identity"], pseudonym="Witness A")
    statement = StatementFactory(kind="testimony", party=party, incident=incident, handling=["source_identity"])
    client.force_login(analyst(flags=["witness_identity"]))
    shown = client.get(statement.get_absolute_url()).content.decode()
    assert "Witness A" not in shown
    assert NAME not in shown


def test_a_party_is_flagged_and_named_anew_on_its_own_pages(client):
    party = PartyFactory(name=NAME, tlp="GREEN")
    client.force_login(analyst())
    marking = {"version": 1, "tlp": "GREEN", "handling": ["witness_identity"]}
    assert client.post(f"/parties/{party.ref}/marking/", marking).status_code == 302
    assert client.get(f"/parties/{party.ref}/marking/").status_code == 404
    client.force_login(editor(flags=["witness_identity"]))
    alias = {"add": "pseudonym", "alias-version": 2, "alias-pseudonym": "Witness K"}
    assert client.post(f"/parties/{party.ref}/edit/", alias).status_code == 302
    assert Party.objects.get(pk=party.pk).pseudonym == "Witness K"
