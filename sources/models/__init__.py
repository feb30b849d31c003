"""What was published, by whom, and our proof of it."""

from sources.models.blob import Blob
from sources.models.capture import Capture, CaptureComparison
from sources.models.copy import Copy, SourceTraits
from sources.models.evidence import IntegrityRun, Manifest, TimeStamp, TimeStampLeaf
from sources.models.party import Affiliation, Party, PartyName
from sources.models.rendered import RenderedPage
from sources.models.source import Citation, Source

__all__ = [
    "Affiliation",
    "Blob",
    "Capture",
    "CaptureComparison",
    "Citation",
    "Copy",
    "IntegrityRun",
    "Manifest",
    "Party",
    "PartyName",
    "RenderedPage",
    "Source",
    "SourceTraits",
    "TimeStamp",
    "TimeStampLeaf",
]
