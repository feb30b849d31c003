"""Pages, bundles, vocabularies and the token's own facts."""

from rest_framework import serializers as s

from claims.api.serializers import shared
from claims.api.serializers.incident import (
    CommentRequestSerializer,
    ExactPlaceSerializer,
    IncidentSerializer,
    PointSerializer,
)
from claims.api.serializers.statement import FigureSerializer, LinkSerializer, StatementSerializer


class PageSerializer(s.Serializer):
    """One page of a list. It may be shorter than `limit` although another follows: go by `next`."""

    next = s.CharField(allow_null=True, help_text="Address of the next page.")
    previous = s.CharField(allow_null=True, help_text="Address of the page before.")
    count = s.IntegerField(required=False, help_text="With `count=on`: how many there are on all pages.")
    count_is_exact = s.BooleanField(required=False, help_text="False: there are more than `count`.")


class ExpandedSerializer(s.Serializer):
    """Records that `expand` asked for, by its names."""

    cut = s.ListField(child=s.CharField(), help_text="Names of which there are more: find them by the lists' filters.")
    statements = StatementSerializer(many=True, required=False, help_text="What was said about the incident.")
    incidents = IncidentSerializer(many=True, required=False, help_text="What the statement is about.")
    links = StatementSerializer(many=True, required=False, help_text="What the statement's links lead to.")
    answered_by = StatementSerializer(many=True, required=False, help_text="Statements whose links lead to this one.")


class _Shaped(s.Serializer):
    """With `fields` the others are absent."""

    def get_fields(self) -> dict[str, s.Field]:
        fields: dict[str, s.Field] = super().get_fields()
        for name, field in fields.items():
            field.required = name in shared.ALWAYS_SENT
        return fields


class IncidentAnswerSerializer(_Shaped, IncidentSerializer):
    """An incident, or as much of it as was asked for, with what was asked for beside it."""

    expanded = ExpandedSerializer(required=False, help_text="With `expand`.")


class StatementAnswerSerializer(_Shaped, StatementSerializer):
    """A statement, or as much of it as was asked for, with what was asked for beside it."""

    expanded = ExpandedSerializer(required=False, help_text="With `expand`.")


class IncidentPageSerializer(PageSerializer):
    """Incidents in the order of their ids."""

    results = IncidentAnswerSerializer(many=True, help_text="The incidents.")


class StatementPageSerializer(PageSerializer):
    """Statements in the order of their ids."""

    results = StatementAnswerSerializer(many=True, help_text="The statements.")


class LinkPageSerializer(PageSerializer):
    """Links, in the order of the acting statements' ids. Read forwards: `previous` is null."""

    results = LinkSerializer(many=True, help_text="The links.")


class FigurePageSerializer(PageSerializer):
    """Figures, in the order of the ids of the statements that gave them. Read forwards: `previous` is null."""

    results = FigureSerializer(many=True, help_text="The figures.")


class RequestPageSerializer(PageSerializer):
    """Comment requests, in the order of the incidents' ids. Read forwards: `previous` is null."""

    results = CommentRequestSerializer(many=True, help_text="The requests.")


class NotePageSerializer(PageSerializer):
    """Outside notes, in the order of the incidents' ids. Read forwards: `previous` is null."""

    results = shared.NoteSerializer(many=True, help_text="The notes.")


class PartyPageSerializer(PageSerializer):
    """Parties, in the order of their ids. Read forwards: `previous` is null."""

    results = shared.PartySerializer(many=True, help_text="The parties.")


class SourcePageSerializer(PageSerializer):
    """Sources, in the order of their ids. Read forwards: `previous` is null."""

    results = shared.SourceSerializer(many=True, help_text="The sources.")


class PlaceEntrySerializer(s.Serializer):
    """A place of the gazetteer, as closely as the newest release that names it shows it."""

    object = shared.kind_of("place")
    id = s.UUIDField(help_text="Key of the gazetteer entry.")
    ref = s.CharField(help_text="Short reference.")
    name = shared.Field("Name of the place.")
    precision = s.CharField(help_text="Vocabulary `place_precision`: how closely that incident is known.")
    country = shared.Field("ISO 3166-1 alpha-2.")
    adm1_code = shared.Field("ISO 3166-2.")
    adm1_name = shared.Field("Name of the region.")
    katottg = shared.Field("Ukrainian code of administrative units.")
    point = PointSerializer(allow_null=True, help_text="A rounded point of that incident.")
    incident = shared.ReferenceSerializer(help_text="The incident in whose newest release it stands so.")
    exact_place = ExactPlaceSerializer(
        required=False, allow_null=True, help_text="The point of that incident as held. Scope `locations.exact:read`."
    )


class PlacePageSerializer(PageSerializer):
    """Places, in the order of their ids. Read forwards: `previous` is null."""

    results = PlaceEntrySerializer(many=True, help_text="The places.")


class CaptureStampSerializer(s.Serializer):
    """An authority's signed word (RFC 3161) that the capture's manifest existed then, among others under one root."""

    authority = s.CharField(help_text="Who signed.")
    stamped_at = s.DateTimeField(help_text="UTC.")
    root = s.CharField(help_text="Merkle root that was signed, SHA-256, hexadecimal.")  # type: ignore[assignment]


class CaptureSerializer(shared.ProofCaptureSerializer):
    """One attempt at a source in which words of released statements stand. Never changes."""

    object = shared.kind_of("capture")
    source = shared.ReferenceSerializer(help_text="What was captured.")  # type: ignore[assignment]
    text_sha256 = s.CharField(help_text="SHA-256 of the captured text, hex.")
    asked_at = s.DateTimeField(help_text="When it was asked for, UTC.")
    outcome = s.CharField(help_text="What came of it, vocabulary `capture_outcome`.")
    bytes = s.IntegerField(allow_null=True, help_text="Length of what came.")
    manifest_sha256 = shared.Field("SHA-256 of our record of how it came about, chained to the one before it, hex.")
    time_stamps = CaptureStampSerializer(many=True, help_text="Oldest first.")


class CapturePageSerializer(PageSerializer):
    """Captures, in the order of their ids. Read forwards: `previous` is null."""

    results = CaptureSerializer(many=True, help_text="The captures.")


class MonthlyCountSerializer(s.Serializer):
    """How many in one month have one value."""

    month = shared.Field("`2022-03`; null where no date is known to the month.")
    value = shared.Field("A code; null where it is not known or withheld.")
    count = s.IntegerField(help_text="Records.")


class MonthlyCountsSerializer(s.Serializer):
    """Counts of what this token reads, by month and one code: they tell no more than the lists do."""

    object = shared.kind_of("monthly_counts")
    by = s.CharField(help_text="What was counted, and by what.")
    change_seq = s.IntegerField(help_text="At least up to this number of the changes.")
    total = s.IntegerField(help_text="Of all counts.")
    counts = MonthlyCountSerializer(many=True, help_text="By month, then by code; what is not known comes first.")


class RangeSerializer(s.Serializer):
    """What the reporters' newest figures span, for one outcome and population. Reads "at least" without an end."""

    outcome = s.CharField(help_text="Vocabulary `casualty_outcome`.")
    population = s.CharField(help_text="Vocabulary `population`.")
    floor = s.IntegerField(allow_null=True, help_text="Persons.")
    floor_statement = s.UUIDField(allow_null=True, help_text="Who gave the lowest.")
    ceiling = s.IntegerField(allow_null=True, help_text="Persons.")
    ceiling_statement = s.UUIDField(allow_null=True, help_text="Who gave the highest.")
    is_open = s.BooleanField(help_text="True when a reporter gave no upper end.")


class BundleSerializer(s.Serializer):
    """One incident with everything released about it, in one document that stands alone."""

    object = shared.kind_of("bundle")
    incident = IncidentSerializer(help_text="The incident.")
    statements = StatementSerializer(many=True, help_text="What was said about it, with words and findings.")
    links = LinkSerializer(many=True, help_text="How the statements answer one another.")
    parties = shared.PartySerializer(many=True, help_text="Everyone named.")
    sources = shared.SourceSerializer(many=True, help_text="Every source named.")
    casualties = RangeSerializer(many=True, required=False, help_text="Scope `figures:read`.")


class RequestsSerializer(s.Serializer):
    """How often this token asks."""

    per_minute = s.IntegerField(help_text="At most.")
    used = s.IntegerField(help_text="In the minute that runs, this request included.")
    left = s.IntegerField(help_text="In the minute that runs.")
    begins_anew_in = s.IntegerField(help_text="Seconds.")


class MeSerializer(s.Serializer):
    """What this token may do."""

    organisation = s.CharField(help_text="Whose record this is.")
    partner = s.CharField(help_text="Whose token this is.")
    token = s.CharField(help_text="The token without its secret.")
    scopes = s.ListField(child=s.CharField(), help_text="What it may read.")
    ceiling = s.CharField(help_text="The most sensitive marking it may read, vocabulary `tlp`.")
    networks = s.ListField(child=s.CharField(), help_text="CIDR blocks it may be used from; empty: anywhere.")
    issued_at = s.DateTimeField(help_text="UTC.")
    expires_at = s.DateTimeField(help_text="UTC. Ask for another in time.")
    last_used_at = s.DateTimeField(allow_null=True, help_text="UTC, to the minute; null before the first use.")
    requests = RequestsSerializer(allow_null=True, help_text="Null where there is no limit.")


class TermSerializer(s.Serializer):
    """One code. Codes are never reused."""

    code = s.CharField(help_text="As it stands in documents.")
    label = s.CharField(help_text="In words.")  # type: ignore[assignment]


class VocabularySerializer(s.Serializer):
    """A list of codes."""

    name = s.CharField(help_text="As the fields' descriptions name it.")
    codes = TermSerializer(many=True, help_text="In their own order.")


class VocabulariesSerializer(s.Serializer):
    """Every list of codes."""

    results = VocabularySerializer(many=True, help_text="By name.")
