"""The whole story through the public doors: handed in, captured, quoted, denied, assessed, released, pulled.

A real worker captures a page of a real web on loopback; everything else happens by HTTP, as people and partners do it.
"""

import time

import pytest

from claims.actions.partner import create_partner, issue_token
from claims.models import Incident, Statement
from sources.models import Source
from tests.factories import PartyFactory, admin, analyst, editor
from tests.small_web import serving

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = (
    "<html lang='en'><title>Report from Bucha</title><meta property='article:published_time' "
    "content='2022-04-03T16:20:00+02:00'><article><h1>Report from Bucha</h1><p>Pictures show civilian bodies in the "
    "streets.</p><p>The Russian Ministry of Defence called it “fake”.</p><p>Our reporters could not reach the town "
    "and rely on pictures that two agencies passed on, and on officials reached by telephone.</p></article></html>"
)


def sent(client, to: str, /, **form):
    response = client.post(to, form)
    assert response.status_code == 302, (to, response.status_code, response.content.decode()[-3000:])
    return response


def captured(client, address: str) -> Source:
    """Hand a link in as an analyst does, and wait as the page does."""
    source = Source.objects.get(ref=sent(client, "/log/", address=address).url.split("/")[2])
    until = time.monotonic() + 120
    while source.captures.get().is_under_way and time.monotonic() < until:
        time.sleep(0.1)
    assert source.captures.get().outcome == "ok", source.captures.get().outcome
    return source


def logged(client, source: Source, words: str, **form) -> Statement:
    given = {"exact": words, "words_are": "verbatim", "lang": "en", "said": "2022-04-03", "tlp": "GREEN",
             "spoken_as": "official_channel", "how_known": "on_record", "checkability": "factual"}  # fmt: skip
    sent(client, f"/sources/{source.ref}/captures/1/log/", **given | form)
    return Statement.objects.latest("created_at")


def concluded(writer, decider, incident: Incident) -> None:
    """An analyst takes it up and proposes; an editor approves."""
    incident.refresh_from_db()
    address = f"/incidents/{incident.ref}"
    sent(writer, f"{address}/take-up/", version=incident.version, reasons="Reports from one outlet")
    wording = "The reports could not be confirmed from a second origin."
    proposed = sent(writer, f"{address}/assess/", version=incident.version, aspect="occurrence",
                    finding="could_not_confirm", confidence="low", standard_of_proof="none", reasons="One origin only",
                    tried=["no_second_source"], would_settle="A second witness", public_wording=wording)  # fmt: skip
    sent(decider, proposed.url, act="approve", reason="")


def test_from_a_link_to_what_a_partner_reads(worker, web_ports, client_of, client):
    writer, decider = client_of(analyst()), client_of(editor())
    ministry, outlet = PartyFactory(name="Russian Ministry of Defence"), PartyFactory(name="Meridian Wire")
    with serving(PAGE, web_ports[0]) as address:
        source = captured(writer, address)
    claim = logged(writer, source, "civilian bodies in the streets", party=outlet.ref, kind="allegation",
                   accuses=ministry.ref, new_incident="Killings in Bucha")  # fmt: skip
    incident = Incident.objects.get()
    denial = logged(writer, source, "fake", party=ministry.ref, kind="denial", responsibility_position="denies_act",
                    incidents=[incident.ref], answers=claim.ref, link_type="denies", aspect="occurrence",
                    basis="explicit")  # fmt: skip
    page = writer.get(incident.get_absolute_url()).content.decode()
    assert page.index(claim.get_absolute_url()) < page.index(denial.get_absolute_url())

    concluded(writer, decider, incident)
    for record in (claim, denial, incident):
        record.refresh_from_db()
        sent(decider, f"{record.get_absolute_url()}workflow/", to="approved", version=record.version)
        record.refresh_from_db()
    assert "Could not independently confirm" in decider.get(incident.get_absolute_url()).content.decode()
    sent(decider, f"{incident.get_absolute_url()}release/", version=incident.version, confirmed_unassessed="on",
         statements=[f"{each.ref}@{each.version}" for each in (claim, denial)])  # fmt: skip

    keeper = admin()
    partner = create_partner(name="Archive of the Coast", ceiling="AMBER", by=keeper)
    _token, key = issue_token(partner=partner, scopes=["incidents:read", "statements:read"], ceiling="AMBER", by=keeper)
    pulled = client.get(f"/api/v1/incidents/{incident.pk}/bundle/", headers={"Authorization": f"Bearer {key}"})
    assert pulled.status_code == 200, pulled.content
    bundle = pulled.json()
    assert bundle["incident"]["finding"]["code"] == "could_not_confirm"
    assert {each["kind"] for each in bundle["statements"]} == {"allegation", "denial"}
    assert "fake" in {words["text"] for each in bundle["statements"] for words in each["renderings"]}
    assert client.get(f"/api/v1/incidents/{incident.pk}/bundle/").status_code == 401
