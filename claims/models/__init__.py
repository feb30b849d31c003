"""Who said what about which incident, and what we make of it."""

from claims.models.alarm import Alarm
from claims.models.assessment import Assessment, Decision, Evidence, Finding, OpenProposal
from claims.models.change import Change, Mention
from claims.models.comment_request import CommentRequest, CommentRequestEvent
from claims.models.conversation import Assignment, Following, Remark
from claims.models.dump import Dump, DumpSegment, FileFormat
from claims.models.figure import Figure
from claims.models.incident import Incident
from claims.models.link import Link
from claims.models.media_item import MediaItem
from claims.models.merge import Merge
from claims.models.note import OutsideNote
from claims.models.partner import Partner, PartnerRead, PartnerToken, TokenUse
from claims.models.place import Place, PlaceName
from claims.models.release import PublishedRecord, ReadyDocument, Release, ReleasedDocument, ReleaseWithdrawal
from claims.models.rendering import QuoteCheck, Rendering
from claims.models.review import ReviewTurn
from claims.models.statement import Accusation, Statement, StatementIncident
from claims.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint

__all__ = [
    "Accusation",
    "Alarm",
    "Assessment",
    "Assignment",
    "Change",
    "CommentRequest",
    "CommentRequestEvent",
    "Decision",
    "Dump",
    "DumpSegment",
    "Evidence",
    "Figure",
    "FileFormat",
    "Finding",
    "Following",
    "Incident",
    "Link",
    "MediaItem",
    "Mention",
    "Merge",
    "OpenProposal",
    "OutsideNote",
    "Partner",
    "PartnerRead",
    "PartnerToken",
    "Place",
    "PlaceName",
    "PublishedRecord",
    "QuoteCheck",
    "ReadyDocument",
    "Release",
    "ReleaseWithdrawal",
    "ReleasedDocument",
    "Remark",
    "Rendering",
    "ReviewTurn",
    "Statement",
    "StatementIncident",
    "TokenUse",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
]
