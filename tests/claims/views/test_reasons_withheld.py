"""What the house writes to a finding is withheld by the record's flags, as its history withholds it."""

import pytest

from tests.factories import (
    AssessmentFactory,
    IncidentFactory,
    MediaItemFactory,
    StatementFactory,
    analyst,
    approve_finding,
)

pytestmark = pytest.mark.django_db
REASONS = "The neighbour Zzyzx told us"


@pytest.mark.parametrize("kind", ["statement", "incident", "media"])
@pytest.mark.parametrize("flags", [[], ["witness_identity"]])
def test_reasons_are_read_by_who_sees_through_the_flags_of_the_record(client, kind, flags):
    incident = IncidentFactory(handling=["witness_identity"])
    record = {
        "statement": lambda: StatementFactory(incident=incident, handling=["witness_identity"]),
        "incident": lambda: incident,
        "media": lambda: MediaItemFactory(handling=["witness_identity"]),
    }[kind]()
    stands = approve_finding(record, "could_not_confirm", reasons=REASONS)
    waits = AssessmentFactory(subject=record, finding="in_progress", reasons=REASONS)
    client.force_login(analyst(flags=flags))
    page = record.get_absolute_url()
    pages = [page, f"{page}assess/", f"/assessments/{waits.pk}/", f"/assessments/{stands.pk}/"]
    if kind != "media":
        pages += [f"{incident.get_absolute_url()}", f"{incident.get_absolute_url()}dossier/"]
    for address in pages:
        html = client.get(address).content.decode()
        assert ("Zzyzx" in html) <= bool(flags), address
        if address.startswith(page):
            assert flags or "needs a clearance you do not have" in html, address
    assert ("Zzyzx" in client.get(page).content.decode()) == bool(flags)
