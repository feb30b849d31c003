"""What partners read of a protected witness: the pseudonym, and that the name is withheld."""

import pytest

from claims.actions.marking import change_marking
from claims.actions.witness import create_witness, set_pseudonym
from tests.api.conftest import released, released_statement
from tests.factories import CommentRequestFactory, IncidentFactory, PartyFactory, analyst, editor

pytestmark = pytest.mark.django_db
NAME = "Olena Petrivna Hidden"


def test_partners_read_the_pseudonym_and_that_the_name_is_withheld(calling):
    party = create_witness(incident=IncidentFactory(), by=analyst(), name=NAME)
    statement = released_statement(kind="testimony", party=party)
    read = calling().read(f"statements/{statement.pk}/")
    assert read["party"] == {
        "object": "party", "id": str(party.pk), "ref": party.ref, "name": None, "kind": "witness",
        "pseudonym": "Witness A",
    }  # fmt: skip
    assert {"pointer": "/party/name", "reason": "witness_identity"} in read["sensitivity"]["redacted"]
    assert read["sentence"].startswith("Witness A testified")
    assert NAME not in str(read)

    statement.refresh_from_db()
    change_marking(
        record=statement,
        expected_version=statement.version,
        tlp=statement.tlp,
        handling=["witness_identity"],
        by=analyst(),
    )
    flagged = calling().read(f"statements/{statement.pk}/")
    assert flagged["party"]["pseudonym"] == "Witness A"
    assert flagged["role_words"] is None
    change_marking(
        record=party, expected_version=party.version, tlp="AMBER_STRICT", handling=party.handling, by=analyst()
    )
    assert calling().read(f"statements/{statement.pk}/")["party"] is None


def test_a_name_that_partners_were_told_gets_no_pseudonym_beside_it_later(calling):
    statement = released_statement(kind="testimony", party=PartyFactory(name=NAME))
    assert "pseudonym" not in calling().read(f"statements/{statement.pk}/")["party"]
    party = statement.party
    change_marking(
        record=party, expected_version=1, tlp="GREEN", handling=["witness_identity"], by=analyst(flags=["minor"])
    )
    set_pseudonym(party=party, pseudonym="Witness A", expected_version=2, by=editor())
    assert calling().read(f"statements/{statement.pk}/")["party"] is None


def test_the_sentence_of_a_request_never_says_a_name_that_is_withheld(everything):
    incident = IncidentFactory(tlp="GREEN", workflow="approved")
    party = create_witness(incident=incident, by=analyst(), name=NAME)
    CommentRequestFactory(incident=incident, party=party, tlp="GREEN")
    released(incident)
    read = everything.read(f"incidents/{incident.pk}/")
    [asked] = read["comment_requests"]
    assert (asked["party"]["name"], asked["party"]["pseudonym"]) == (None, "Witness A")
    assert NAME not in str(read)
