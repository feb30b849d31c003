"""Every page with a form, sent empty or wrong: a summary on top leads to each field, and what was typed is kept."""

import re
from html import unescape
from types import SimpleNamespace

import pytest
from django.test import Client

from tests.factories import (
    AssessmentFactory,
    CaptureFactory,
    CommentRequestFactory,
    IncidentFactory,
    MediaItemFactory,
    PartnerFactory,
    PartyFactory,
    PlaceFactory,
    RenderingFactory,
    SourceFactory,
    StatementFactory,
    admin,
    analyst,
    editor,
)

pytestmark = pytest.mark.django_db
TYPED = "Typed with care"

# Page, and what is sent wrong; every other field is left empty. None of them leaves all it needs unsaid.
OF_EDITORS = {
    "incident, new": ("/incidents/new/", {"summary": TYPED}),
    "incident, edited": ("{incident}edit/", {"summary": TYPED}),
    "merge": ("{incident}merge/", {"reason": TYPED}),
    "set aside": ("{party}set-aside/", {"version": ""}),
    "marking": ("{incident}marking/", {"version": "1", "tlp": "PINK", "reason": TYPED}),
    "marking lowered": ("{incident}marking/", {"version": "1", "tlp": "CLEAR"}),
    "release": ("{incident}release/", {"reason": TYPED}),
    "withdrawal": ("{incident}withdraw/", {"reason": TYPED}),
    "step": ("{incident}workflow/", {"version": "1", "to": "set_aside"}),
    "proposal": ("{incident}assess/", {"act": "propose", "reasons": TYPED}),
    "taken up": ("{incident}take-up/", {}),
    "decision": ("/assessments/{proposal}/", {"act": "send_back"}),
    "witness": ("{incident}witnesses/new/", {"description": TYPED, "name": "x" * 201}),
    "figure": ("{incident}figures/new/", {"words": TYPED}),
    "figures by sex and age": ("{incident}figures/table/", {"as_of": TYPED}),
    "request": ("{incident}requests/new/", {"question": TYPED}),
    "request, edited": ("{request}edit/", {"question": TYPED}),
    "outcome": ("{request}outcome/", {"words": TYPED}),
    "statement, edited": ("{statement}edit/", {"role_words": TYPED}),
    "answer": ("{statement}answer/", {"reason": TYPED}),
    "translation": ("{statement}translate/", {"text": TYPED}),
    "lifecycle": ("{statement}lifecycle/", {"version": "1", "lifecycle": "corrected"}),
    "incidents of a statement": ("{statement}incidents/", {"do": "add", "reason": TYPED}),
    "party, new": ("/parties/new/", {"description": TYPED}),
    "party, described": ("{party}describe/", {"description": TYPED}),
    "party, a name": ("{party}edit/", {"add": "name", "name-lang": "uk"}),
    "party, a tie": ("{party}edit/", {"add": "tie", "tie-since": TYPED}),
    "place": ("{place}edit/", {"adm1_name": TYPED}),
    "photo": ("{media}edit/", {"address": TYPED}),
    "source": ("{source}edit/", {"published": TYPED}),
    "visits": ("{source}visits/", {"reason": TYPED}),
    "photo, new": ("{source}media/", {"address": TYPED}),
    "copy": ("{source}copies/suggest/", {"original": TYPED}),
    "logged statement": ("{capture}log/", {"role_words": TYPED}),
    "words": ("{capture}words/", {}),
    "note": ("{capture}note/", {"party": TYPED}),
    "hand in": ("/log/", {"title": TYPED}),
    "remark": ("{incident}discussion/", {"words": ""}),
    "assignment": ("{incident}assign/", {"task": TYPED}),
}
OF_ADMINISTRATORS = {
    "person": ("/people/new/", {"name": TYPED}),
    "person, changed": ("{person}", {"reason": TYPED, "role": "king"}),
    "team": ("/people/teams/new/", {}),
    "partner": ("/partners/", {"name": TYPED}),
    "token": ("{partner}", {"networks": TYPED}),
    "own password": ("/account/", {}),
}


def case():
    incident, capture = IncidentFactory(tlp="AMBER"), CaptureFactory()
    statement = StatementFactory(incident=incident, capture=capture)
    RenderingFactory(statement=statement)
    records = SimpleNamespace(
        incident=incident, statement=statement, party=PartyFactory(), place=PlaceFactory(), media=MediaItemFactory(),
        source=SourceFactory(), request=CommentRequestFactory(incident=incident), capture=capture,
    )  # fmt: skip
    pages = {name: record.get_absolute_url() for name, record in vars(records).items()}
    person, partner = analyst(), PartnerFactory()
    return pages | {
        "proposal": str(AssessmentFactory(incident=incident, statement=None).pk),
        "person": f"/people/{person.pk}/",
        "partner": f"/partners/{partner.pk}/",
    }


@pytest.mark.parametrize(("who", "forms"), [(editor, OF_EDITORS), (admin, OF_ADMINISTRATORS)], ids=["editor", "admin"])
def test_a_refused_form_says_on_top_what_to_mend_and_keeps_what_was_typed(who, forms):
    client, pages = Client(), case()
    client.force_login(who())
    faults = {
        name: fault for name, (page, sent) in forms.items() if (fault := fault_of(client, page.format(**pages), sent))
    }
    assert not faults, "\n".join(f"{name}: {fault}" for name, fault in faults.items())


def fault_of(client, page, sent):
    answer = client.post(page, {"csrfmiddlewaretoken": "as every form sends it"} | sent)
    html = unescape(answer.content.decode())
    if answer.status_code != 422:
        return f"{page} answered {answer.status_code} {answer.headers.get('Location', '')}"
    summary = re.search(r'<div class="errors" role="alert".*?</div>', html, re.DOTALL)
    if summary is None:
        return "no summary"
    if not re.search(r"<li>", summary[0]):
        return "an empty summary"
    ids = set(re.findall(r'\sid="([^"]+)"', html))
    led = re.findall(r'<a href="#([^"]*)"', summary[0])
    if lost := [name for name in led if name not in ids]:
        return f"leads nowhere: {lost}"
    focused = {
        name
        for tag in re.findall(r"<[a-z][^>]*>", html)
        if re.match(r"<(input|select|textarea|button)\b", tag) or ' tabindex="-1"' in tag
        for name in re.findall(r'\sid="([^"]+)"', tag)
    }
    if stuck := set(led) - focused:
        return f"leads to what takes no focus: {sorted(stuck)}"
    return "" if TYPED not in sent.values() or TYPED in html else "what was typed is gone"
