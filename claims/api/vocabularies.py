"""The lists of codes that documents use."""

from typing import Final

from django.conf import settings
from django.db.models import TextChoices
from django.http import Http404, HttpResponse
from django.utils import translation
from rest_framework.request import Request

from claims.api.answers import ExportView
from claims.api.described import described
from claims.api.serializers.collections import VocabulariesSerializer, VocabularySerializer
from claims.models import assessment, comment_request, dump, figure, incident, link, place, rendering, statement
from claims.models.dated import DatePrecision
from claims.models.findings import Finding
from claims.models.media_item import MediaKind
from claims.models.release import WithdrawalReason
from claims.models.webhooks import DeliveryOutcome, DeliveryState, EventType, PauseCause
from claims.release.redaction import Document
from harmtracker.markings import Flag, Tlp
from sources.capture.outcomes import Outcome
from sources.models.capture import Obtained
from sources.models.party import PartyKind
from sources.models.source import SourceKind

VOCABULARIES: Final[dict[str, type[TextChoices]]] = {
    "aspect": link.Aspect,
    "basis": link.Basis,
    "capture_outcome": Outcome,
    "casualty_outcome": figure.CasualtyOutcome,
    "checkability": statement.Checkability,
    "confidence": assessment.Confidence,
    "count_kind": figure.CountKind,
    "credibility": assessment.Credibility,
    "date_precision": DatePrecision,
    "demographic": figure.Demographic,
    "direction": assessment.Direction,
    "fidelity": rendering.Fidelity,
    "file_format": dump.FileFormat,
    "finding": Finding,
    "handling": Flag,
    "harm": incident.Harm,
    "how_known": statement.HowKnown,
    "lifecycle": statement.Lifecycle,
    "link_type": link.LinkType,
    "means": incident.Means,
    "media_authenticity": assessment.MediaAuthenticity,
    "media_kind": MediaKind,
    "obtained": Obtained,
    "party_kind": PartyKind,
    "place_precision": place.PlacePrecision,
    "population": figure.Population,
    "quote_check": rendering.QuoteOutcome,
    "reliability": assessment.Reliability,
    "request_outcome": comment_request.RequestOutcome,
    "request_state": comment_request.RequestState,
    "responsibility_position": statement.ResponsibilityPosition,
    "source_kind": SourceKind,
    "spoken_as": statement.SpokenAs,
    "standard_of_proof": assessment.StandardOfProof,
    "statement_kind": statement.StatementKind,
    "tlp": Tlp,
    "translator": rendering.Translator,
    "tried": assessment.Tried,
    "webhook_outcome": DeliveryOutcome,
    "webhook_pause": PauseCause,
    "webhook_state": DeliveryState,
    "webhook_type": EventType,
    "withdrawal_reason": WithdrawalReason,
}


def vocabulary(name: str) -> Document:
    """A list of codes with their labels in the language of the installation, as the documents have them."""
    with translation.override(settings.LANGUAGE_CODE):
        codes = [{"code": code, "label": str(label)} for code, label in VOCABULARIES[name].choices]
    return {"name": name, "codes": codes}


class Vocabularies(ExportView):
    """Every list of codes. Any token may read them."""

    endpoint = "vocabularies/"

    @described("list_vocabularies", "Read all vocabularies", VocabulariesSerializer, scopes=False)
    def get(self, request: Request) -> HttpResponse:
        return self.answer({"results": [vocabulary(name) for name in VOCABULARIES]})


class Vocabulary(ExportView):
    """One list of codes."""

    endpoint = "vocabularies/{name}/"

    @described("read_vocabulary", "Read a vocabulary", VocabularySerializer, single=True, scopes=False)
    def get(self, request: Request, name: str) -> HttpResponse:
        if name not in VOCABULARIES:
            raise Http404
        return self.answer(vocabulary(name))
