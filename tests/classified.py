"""What may change, and what partners get: every model and field is named here by someone who thought about it.

``EXPORTED`` fields reach partners in some released document, as they are or as something made from them; ``WITHHELD``
ones never do. ``{"*"}`` withholds a whole model. A new model or field fails tests/test_project.py until it is named.
"""

APPEND_ONLY = {
    "harmtracker.AuditEvent",
    "harmtracker.JobStep",
    "sources.Manifest",
    "sources.RenderedPage",
    "sources.TimeStamp",
    "sources.TimeStampLeaf",
    "sources.Citation",
    "sources.CaptureComparison",
    "sources.Capture",  # until its outcome is stored it is filled in, once; then it never changes
    "claims.QuoteCheck",
    "claims.Assessment",
    "claims.Evidence",
    "claims.Decision",
    "claims.CommentRequestEvent",
    "claims.Release",
    "claims.ReleaseWithdrawal",
    "claims.ReleasedDocument",
    "claims.PartnerRead",
    "claims.Change",
    "claims.Merge",
}
MUTABLE = {
    "harmtracker.Draft",
    "harmtracker.HostTurn",
    "harmtracker.Job",
    "harmtracker.LanePause",
    "harmtracker.Presence",
    "harmtracker.SignInFailure",
    "harmtracker.Team",
    "harmtracker.User",
    "sources.Blob",  # only to say that its bytes were destroyed
    "sources.Party",
    "sources.PartyName",
    "sources.Affiliation",
    "sources.Source",
    "sources.Copy",
    "sources.IntegrityRun",  # until it has ended
    "sources.SourceTraits",
    "claims.Alarm",  # only to be answered
    "claims.Place",
    "claims.PlaceName",
    "claims.Incident",
    "claims.MediaItem",
    "claims.Statement",
    "claims.StatementIncident",
    "claims.Accusation",
    "claims.Link",
    "claims.OutsideNote",  # only to be withdrawn
    "claims.Rendering",  # only to be withdrawn
    "claims.CommentRequest",
    "claims.Figure",  # only to be withdrawn
    "claims.Partner",
    "claims.PartnerToken",
    "claims.PublishedRecord",
    "claims.ReadyDocument",
    "claims.Dump",  # only to be retired
    "claims.DumpSegment",  # only to be retired
    "claims.Mention",
    "claims.TokenUse",
    "claims.ReviewTurn",
    "claims.OpenProposal",  # kept by triggers
    "claims.Remark",  # only to be taken back
    "claims.Assignment",
    "claims.Following",
    "claims.WebhookEndpoint",
    "claims.WebhookDelivery",
    "claims.WebhookAttempt",  # only to be forgotten with its delivery
}

_ROW = {"created_at", "created_by"}
_HOUSE = _ROW | {"version"}
_MARKING = {"embargo_until", "team", "named"}
_WITHDRAWN = {"withdrawn_at", "withdrawn_by", "withdrawn_reason"}
_SET_ASIDE = {"set_aside_at", "set_aside_by", "set_aside_reason"}
_FINDING = {"finding", "standing", "under_review_since", "under_review_reason"}
_EVERYTHING = {"*"}

EXPORTED = {
    "sources.Blob": {"sha256"},
    "sources.Party": {"id", "ref", "kind", "name", "pseudonym", "tlp", "handling"},
    "sources.Source": {
        "id", "ref", "kind", "title", "publisher", "submitted_address", "lang", "published", "published_start",
        "published_end", "tlp", "handling",
    },
    "sources.Capture": {
        "id", "source", "number", "obtained", "body", "media_type", "final_address", "finished_at", "text_sha256",
    },
    "claims.Place": {
        "id", "ref", "name", "precision", "country", "adm1_code", "adm1_name", "katottg", "latitude", "longitude",
        "tlp", "handling",
    },
    "claims.Incident": _FINDING
    | {
        "id", "ref", "version", "title", "summary", "occurred", "occurred_start", "occurred_end",
        "occurred_precision", "occurred_zone", "place", "place_as_reported", "place_precision", "latitude",
        "longitude", "harm", "means", "tlp", "handling",
    },
    "claims.MediaItem": {
        "id", "ref", "kind", "description", "first_seen", "address", "finding", "standing", "tlp", "handling",
    },
    "claims.Statement": _FINDING
    | {
        "id", "ref", "version", "kind", "party", "on_behalf_of", "spoken_as", "role_words", "said_in", "how_known",
        "said", "said_start", "said_end", "said_precision", "said_zone", "responsibility_position", "checkability",
        "names_nobody", "media_item", "lifecycle", "incidents", "tlp", "handling",
    },
    "claims.StatementIncident": {"statement", "incident"},
    "claims.Accusation": {"statement", "party", "wording"},
    "claims.Link": {"id", "from_statement", "to_statement", "type", "aspect", "basis"},
    "claims.OutsideNote": {
        "id", "ref", "party", "incident", "statement", "wording", "lang", "aspect", "source", "tlp", "handling",
    },
    "claims.Rendering": {
        "id", "statement", "lang", "text", "fidelity", "translator", "source", "capture", "exact", "prefix", "suffix",
        "start", "end", "text_sha256", "translates",
    },
    "claims.QuoteCheck": {"rendering", "capture", "outcome", "created_at"},
    "claims.Assessment": {
        "id", "statement", "incident", "media_item", "aspect", "finding", "standard_of_proof", "confidence",
        "media_authenticity", "public_wording", "tried", "tried_words", "would_settle",
    },
    "claims.Evidence": {
        "id", "assessment", "direction", "rendering", "statement", "media_item", "note", "reliability", "credibility",
    },
    "claims.Decision": {"assessment", "kind", "decided_at"},
    "claims.CommentRequest": {
        "id", "ref", "asked_by", "party", "incident", "statement", "state", "asked", "asked_start", "asked_end",
        "asked_precision", "deadline", "source", "tlp", "handling",
    },
    "claims.CommentRequestEvent": {"request", "outcome", "happened_at", "reply"},
    "claims.Figure": {
        "id", "statement", "incident", "outcome", "population", "demographic", "area", "is_incident_area",
        "count_kind", "as_of", "as_of_start", "as_of_end", "as_of_precision", "words", "least", "best", "most",
    },
    "claims.Partner": {"name", "ceiling"},
    "claims.PartnerToken": {"public_id", "scopes", "ceiling", "expires_at", "networks"},
    "claims.Release": {"version", "released_at"},
    "claims.ReleaseWithdrawal": {"code", "withdrawn_at"},
    "claims.ReleasedDocument": {"document", "record_id", "record_type", "ceiling", "scope"},
    "claims.PublishedRecord": {"record_id", "record_type", "release", "withdrawal", "tlp", "is_held"},
    "claims.ReadyDocument": {"record_id", "record_type", "line", "cells", "feature", "tally"},
    "claims.Dump": {"id", "ceiling", "seq", "audit_hash", "parts", "made_at"},
    "claims.DumpSegment": {
        "id", "record_type", "content", "scope", "format", "count", "seq", "since", "blob", "made_at",
    },
    "claims.Change": {"seq", "record_id", "record_type"},
    "claims.WebhookEndpoint": {
        "id", "token", "address", "types", "earlier_until", "created_at", "pause_cause", "paused_at", "failed_count",
        "failing_since", "rests_until", "last_success_at",
    },
    "claims.WebhookDelivery": {
        "id", "endpoint", "type", "record_id", "change_seq", "reason", "into", "made_at", "state", "next_at",
        "ended_at",
    },
    "claims.WebhookAttempt": {"at", "outcome", "status", "seconds"},
}  # fmt: skip

WITHHELD = {
    "harmtracker.AuditEvent": _EVERYTHING,
    "harmtracker.Draft": _EVERYTHING,
    "harmtracker.HostTurn": _EVERYTHING,
    "harmtracker.Presence": _EVERYTHING,
    "harmtracker.Job": _EVERYTHING,
    "harmtracker.LanePause": _EVERYTHING,
    "harmtracker.JobStep": _EVERYTHING,
    "harmtracker.SignInFailure": _EVERYTHING,
    "harmtracker.Team": _EVERYTHING,
    "harmtracker.User": _EVERYTHING,
    "sources.Blob": {"size", "media_type", "created_at", "destroyed_at", "destroyed_reason"},
    "sources.Party": _HOUSE | _MARKING | _SET_ASIDE | {"description", "merged_into"},
    "sources.PartyName": _EVERYTHING,
    "sources.Affiliation": _EVERYTHING,
    "sources.Source": _HOUSE
    | _MARKING
    | {"address_key", "host", "visit_policy", "published_from", "workflow", "recheck_after", "recheck_step",
       "watch", "unwatched_reason", "gone_at"},
    "sources.Citation": _EVERYTHING,
    "sources.Capture": {
        "reason", "requested_by", "created_at", "file_name", "outcome", "outcome_detail", "charset", "hops", "text",
        "walker_version", "title", "lang", "metadata", "links", "flags", "cause", "transport", "robots", "wire",
        "wire_sha256", "wire_length", "reading", "agreement",
    },
    "sources.CaptureComparison": _EVERYTHING,
    "sources.Copy": _EVERYTHING,
    "sources.SourceTraits": _EVERYTHING,
    "sources.Manifest": _EVERYTHING,
    "sources.RenderedPage": _EVERYTHING,
    "sources.TimeStamp": _EVERYTHING,
    "sources.TimeStampLeaf": _EVERYTHING,
    "sources.IntegrityRun": _EVERYTHING,
    "claims.Alarm": _EVERYTHING,
    "claims.Change": {"at"},
    "claims.Mention": _EVERYTHING,
    "claims.TokenUse": _EVERYTHING,
    "claims.ReviewTurn": _EVERYTHING,
    "claims.OpenProposal": _EVERYTHING,
    "claims.Remark": _EVERYTHING,
    "claims.Assignment": _EVERYTHING,
    "claims.Following": _EVERYTHING,
    "claims.Merge": _EVERYTHING,
    "claims.Place": _HOUSE | _MARKING | _SET_ASIDE | {"merged_into"},
    "claims.PlaceName": _EVERYTHING,
    "claims.Incident": _ROW | _MARKING | {"stage", "workflow", "merged_into"},
    "claims.MediaItem": _HOUSE
    | _MARKING
    | {"stage", "under_review_since", "under_review_reason", "source", "body", "workflow"},
    "claims.Statement": _ROW | _MARKING | {"stage", "workflow", "lifecycle_reason", "lifecycle_at", "lifecycle_by"},
    "claims.StatementIncident": {"id"},
    "claims.Accusation": {"id"},
    "claims.Link": _HOUSE | {"reason", "removed_at", "removed_by", "removed_reason"},
    "claims.OutsideNote": _HOUSE | _MARKING | _WITHDRAWN | {"capture", "start", "end", "text_sha256"},
    "claims.Rendering": _HOUSE | _WITHDRAWN | {"attribution_start", "attribution_end", "attribution_exact"},
    "claims.QuoteCheck": {"id", "operations", "candidates", "attribution_outcome", "attribution_operations"},
    "claims.Assessment": {"subject_version", "moves_from", "reasons", "proposed_at", "proposed_by"},
    "claims.Evidence": {"remark"},
    "claims.Decision": {"id", "reason", "decided_by"},
    "claims.CommentRequest": _HOUSE | _MARKING | {"question", "not_sought_reason", "channel"},
    "claims.CommentRequestEvent": {"id", "words", "created_at", "created_by", "takes_back"},
    "claims.Figure": _HOUSE | _WITHDRAWN,
    "claims.Partner": _HOUSE | {"id", "contact", "is_active"},
    "claims.PartnerToken": {
        "id", "partner", "digest", "created_at", "created_by", "last_used_at", "revoked_at", "revoked_by",
    },
    "claims.PartnerRead": _EVERYTHING,
    "claims.Release": {
        "id", "incident", "statement", "digest", "confirmed_unassessed", "reason", "released_by",
    },
    "claims.ReleaseWithdrawal": {"id", "release", "reason", "withdrawn_by"},
    "claims.ReleasedDocument": {"id", "release"},
    "claims.PublishedRecord": {"released_tlp", "updated_at"},
    "claims.ReadyDocument": {"eyes", "seq"},
    "claims.Dump": {"finished_at", "retired_at"},
    "claims.DumpSegment": {"dump", "first", "last", "ready_at", "retired_at", "emptied_at", "remade_at"},
    "claims.WebhookEndpoint": {"partner", "salt", "earlier_salt", "change_seq", "after_id"},
    "claims.WebhookDelivery": {"tried_count", "first_tried_at"},
    "claims.WebhookAttempt": {"id", "delivery"},
}  # fmt: skip
