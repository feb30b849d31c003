"""One sentence for each document that can be printed as it stands. Made from the document's own fields only.

It can therefore never say what the document withholds, nor disagree with it. It names the organisation and the date:
a partner prints it elsewhere, and later.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.asked_wording import Course, asked_sentence
from harmtracker.wording import date_words, dated, quotation_marks

VERBS: dict[str, str | Promise] = {
    "allegation": gettext_lazy("alleged"),
    "denial": gettext_lazy("denied"),
    "acknowledgement": gettext_lazy("acknowledged"),
    "justification": gettext_lazy("gave as its justification"),
    "characterization": gettext_lazy("characterized the events"),
    "casualty_figure": gettext_lazy("gave a number of casualties"),
    "authenticity_claim": gettext_lazy("said of the photos or video"),
    "humanitarian_claim": gettext_lazy("said of humanitarian help"),
    "movement_claim": gettext_lazy("said of the movement of forces"),
    "motive_claim": gettext_lazy("said of the motives of others"),
    "condemnation": gettext_lazy("condemned the events"),
    "endorsement": gettext_lazy("expressed support"),
    "announcement": gettext_lazy("announced"),
    "appeal": gettext_lazy("appealed"),
    "testimony": gettext_lazy("testified"),
    "finding": gettext_lazy("found"),
    "correction": gettext_lazy("corrected an earlier statement"),
    "retraction": gettext_lazy("retracted an earlier statement"),
    "no_comment": gettext_lazy("declined to comment"),
}
POSITIONS: dict[str, str | Promise] = {
    "unverified": gettext_lazy("As of %(date)s %(organisation)s had not yet assessed this."),
    "in_progress": gettext_lazy("As of %(date)s %(organisation)s was still assessing this."),
    "could_not_confirm": gettext_lazy("As of %(date)s %(organisation)s could not independently confirm this."),
    "partly_corroborated": gettext_lazy("As of %(date)s %(organisation)s had found parts of this corroborated."),
    "corroborated": gettext_lazy("As of %(date)s %(organisation)s had found this corroborated by independent origins."),
    "verified": gettext_lazy("As of %(date)s %(organisation)s had verified this."),
    "contradicted": gettext_lazy("As of %(date)s %(organisation)s had found this contradicted by evidence."),
    "refuted": gettext_lazy("As of %(date)s %(organisation)s had found this refuted."),
    "not_checkable": gettext_lazy("As of %(date)s %(organisation)s held this not to be a checkable claim."),
    "withdrawn": gettext_lazy("As of %(date)s %(organisation)s had withdrawn its earlier finding on this."),
}
QUOTED = frozenset({"verbatim", "translation"})


def sentence(document: dict[str, Any]) -> str:
    """The sentence of an incident's or statement's document, in the language of the installation."""
    with translation.override(settings.LANGUAGE_CODE):
        saying = _incident(document) if document["object"] == "incident" else _statement(document)
        return f"{saying} {position(document)}"


def position(document: dict[str, Any]) -> str:
    """What the organisation makes of it, with the day on which it concluded so or, failing that, released it."""
    finding = document["finding"]
    when = finding["as_of"] or document["released_at"]
    words = {"date": _day(when), "organisation": settings.HARMTRACKER_ORGANISATION}
    text = POSITIONS[finding["code"]] % words
    if document["under_review"]:
        text += " " + _("It has been re-examining this since %(date)s.") % {
            "date": _day(document["under_review"]["since"])
        }
    return text


def sentence_of_request(asked: dict[str, Any], as_of: str) -> str:
    """The sentence of one comment request of a document: who was asked and what came of it, as of an instant."""
    return asked_sentence(
        Course(
            asker=asked["asked_by"]["name"],
            party=asked["party"]["name"],
            state=asked["state"],
            asked=asked["asked"]["reported"] or "",
            asked_precision=asked["asked"]["precision"],
            events=[(each["outcome"], datetime.fromisoformat(each["happened_at"])) for each in asked["events"]],
            as_of=datetime.fromisoformat(as_of),
        )
    )


def _incident(document: dict[str, Any]) -> str:
    title = document["title"] or _("Civilian harm, details withheld")
    where = (document["place"] or {}).get("name") or (document["place"] or {}).get("adm1_name")
    when = document["occurred"]["reported"]
    facts = [where] if where else []
    facts += [date_words(when, document["occurred"]["precision"])] if when else []
    return f"{title} ({', '.join(facts)})." if facts else f"{title}."


def _statement(document: dict[str, Any]) -> str:
    party = document["party"] or {}
    speaker = party.get("name") or party.get("pseudonym") or _("A speaker whose identity is withheld")
    role = document["role_words"]
    who = _("%(speaker)s, %(role)s,") % {"speaker": speaker, "role": role} if role else speaker
    said = _("%(who)s %(verb)s") % {"who": who, "verb": VERBS[document["kind"]]}
    when = document["said"]["reported"]
    date = f" ({date_words(when, document['said']['precision'])})" if when else ""
    words = _words(document["renderings"] or [])
    return f"{said}{date}: {words}" if words else f"{said}{date}."


def _words(renderings: list[dict[str, Any]]) -> str:
    """Quoted words with their marks, or a paraphrase without any; own translations are said to be such."""
    if not renderings:
        return ""
    first = min(renderings, key=lambda each: each["fidelity"] not in QUOTED)
    text = first["text"].strip()
    end = "" if text.endswith((".", "!", "?", "…")) else "."
    if first["fidelity"] not in QUOTED:
        return _("in a summary of its words, %(text)s") % {"text": text + end}
    before, after = quotation_marks(text, first["lang"])
    quoted = f"{before}{text}{after}"
    if (first["translator"] or "").startswith("tracker"):
        return _("%(words)s (translated by %(organisation)s).") % {
            "words": quoted,
            "organisation": settings.HARMTRACKER_ORGANISATION,
        }
    if first["fidelity"] == "translation":
        return _("%(words)s (in translation).") % {"words": quoted}
    return quoted + end


def _day(moment: str) -> str:
    return dated(datetime.fromisoformat(moment), "j F Y")
