"""Parts that incidents and statements have in common."""

from rest_framework import serializers as s

# The redaction layer writes the documents; these classes describe them. A test holds every answer against them.

ALWAYS_SENT = ("object", "id", "sensitivity")  # whichever fields are asked for


class Field(s.CharField):
    """Text or a code, null when not known, not applicable or withheld."""

    def __init__(self, help_text: str) -> None:
        super().__init__(help_text=help_text, allow_null=True)


def kind_of(value: str) -> s.CharField:
    """The name of the kind of object, the same in every one."""
    return s.CharField(help_text=f"Always `{value}`.")


class RedactionSerializer(s.Serializer):
    """A field that is null because it is withheld."""

    pointer = s.CharField(help_text="JSON pointer (RFC 6901) into this document.")
    reason = s.CharField(
        help_text="`restricted`: not for this token's ceiling; else the handling flag, vocabulary `handling`."
    )


class SensitivitySerializer(s.Serializer):
    """How the record has to be handled."""

    tlp = s.CharField(help_text="Traffic Light Protocol 2.0, vocabulary `tlp`.")
    handling = s.ListField(child=s.CharField(), help_text="Vocabulary `handling`.")
    redacted = RedactionSerializer(many=True, help_text="Every null not listed here means not known or not applicable.")


class BoundsSerializer(s.Serializer):
    """When a source was published."""

    reported = Field("As reported, EDTF.")
    start = s.DateTimeField(allow_null=True, help_text="Earliest instant, UTC.")
    end = s.DateTimeField(allow_null=True, help_text="Latest instant, UTC, exclusive.")


class DateSerializer(BoundsSerializer):
    """A date as people reported it, with the instants it spans."""

    precision = s.CharField(help_text="Vocabulary `date_precision`.")
    zone = Field("IANA zone in which the bounds were derived.")


class PartySerializer(s.Serializer):
    """Whoever publishes, speaks, is accused, or is asked to speak."""

    object = kind_of("party")
    id = s.UUIDField(help_text="Key.")
    ref = s.CharField(help_text="Short reference.")
    name = Field("The name shown; null while it is withheld.")
    kind = s.CharField(help_text="Vocabulary `party_kind`.")
    pseudonym = s.CharField(
        required=False, help_text="Stands for a name that is withheld, the same in every record; absent otherwise."
    )


class SourceSerializer(s.Serializer):
    """Something published or handed over."""

    object = kind_of("source")
    id = s.UUIDField(help_text="Key.")
    ref = s.CharField(help_text="Short reference.")
    kind = s.CharField(help_text="Vocabulary `source_kind`.")
    title = Field("Its own title.")
    address = Field("The address as it was handed in.")
    lang = Field("BCP 47.")
    publisher = PartySerializer(allow_null=True, help_text="Who published it.")
    published = BoundsSerializer(help_text="When it was published.")


class ReferenceSerializer(s.Serializer):
    """Another record: its key and reference only."""

    object = s.CharField(help_text="`incident`, `statement`, `source`, `note`, `media_item` or `place`.")
    id = s.UUIDField(help_text="Key.")
    ref = s.CharField(help_text="Short reference.")


class FindingSerializer(s.Serializer):
    """A code of the vocabulary `finding` with the words it is always shown in."""

    code = s.CharField(help_text="Vocabulary `finding`.")
    label = s.CharField(help_text="The complete and exact words for the code.")  # type: ignore[assignment]


class ConclusionSerializer(FindingSerializer):
    """What the organisation makes of it. Confidence and standard of proof are separate scales."""

    as_of = s.DateTimeField(allow_null=True, help_text="When it was concluded, UTC; null where nothing is concluded.")
    confidence = Field("Vocabulary `confidence`.")
    standard_of_proof = Field("Vocabulary `standard_of_proof`.")
    public_wording = Field("The organisation's words for publication.")
    tried = s.ListField(child=s.CharField(), allow_null=True, help_text="What was tried, vocabulary `tried`.")
    tried_words = Field("What else was tried, in words.")
    would_settle = Field("What evidence would settle it.")


class AssessmentSerializer(s.Serializer):
    """An approved finding on one aspect, standing or not, oldest first."""

    object = kind_of("assessment")
    id = s.UUIDField(help_text="Key.")
    aspect = s.CharField(help_text="Vocabulary `aspect`. The headline finding is about `occurrence`.")
    finding = ConclusionSerializer(help_text="What was found.")


class UnderReviewSerializer(s.Serializer):
    """The finding is in force and being re-examined."""

    since = s.DateTimeField(help_text="UTC.")
    reason = s.CharField(help_text="Why it is being re-examined.")


class NoteSerializer(s.Serializer):
    """What another body said about verification; never merged with the organisation's own finding."""

    object = kind_of("note")
    id = s.UUIDField(help_text="Key.")
    ref = s.CharField(help_text="Short reference.")
    party = PartySerializer(help_text="Who said it.")
    incident = ReferenceSerializer(help_text="The incident it is about.")
    statement = ReferenceSerializer(allow_null=True, help_text="The statement it is about, if one.")
    wording = s.CharField(help_text="Exact words.")
    lang = s.CharField(help_text="BCP 47.")
    aspect = s.CharField(help_text="Vocabulary `aspect`.")
    source = SourceSerializer(help_text="Where it stands.")  # type: ignore[assignment]


class CitedSerializer(s.Serializer):
    """What an evidence row points at; what does not apply is null."""

    statement = ReferenceSerializer(allow_null=True, help_text="A statement, or the one whose words are cited.")
    source = ReferenceSerializer(allow_null=True, help_text="The source of cited words.")  # type: ignore[assignment]
    note = ReferenceSerializer(allow_null=True, help_text="An outside note.")
    media_item = ReferenceSerializer(allow_null=True, help_text="A photo or video.")


class EvidenceItemSerializer(CitedSerializer):
    """One piece of evidence cited by an assessment."""

    object = kind_of("evidence_item")
    id = s.UUIDField(help_text="Key.")
    assessment = s.UUIDField(help_text="Key of the assessment.")
    direction = s.CharField(help_text="Vocabulary `direction`.")
    rendering = s.UUIDField(allow_null=True, help_text="Key of the cited words.")


class RatingSerializer(CitedSerializer):
    """Admiralty ratings of one piece of evidence. Letter and digit are never one number."""

    object = kind_of("rating")
    evidence = s.UUIDField(help_text="Key of the evidence item.")
    assessment = s.UUIDField(help_text="Key of the assessment.")
    reliability = Field("Of the source, A to F, vocabulary `reliability`.")
    credibility = Field("Of the information, 1 to 6, vocabulary `credibility`.")


class ProofCaptureSerializer(s.Serializer):
    """The capture that quoted words stand in."""

    id = s.UUIDField(help_text="Key.")
    number = s.IntegerField(help_text="1 for the first attempt at the source.")
    obtained = s.CharField(help_text="Vocabulary `obtained`.")
    captured_at = s.DateTimeField(allow_null=True, help_text="UTC.")
    media_type = Field("Of the bytes.")
    sha256 = Field("SHA-256 of the bytes, hex.")
    final_address = Field("The address that answered.")


class SelectorSerializer(s.Serializer):
    """W3C TextQuoteSelector with code point offsets into the captured text."""

    exact = s.CharField(help_text="The words.")
    prefix = s.CharField(allow_blank=True, help_text="What stands before them.")
    suffix = s.CharField(allow_blank=True, help_text="What stands after them.")
    start = s.IntegerField(help_text="Unicode code points.")
    end = s.IntegerField(help_text="Unicode code points, exclusive.")


class QuotationProofSerializer(s.Serializer):
    """Where quoted words stand in what was captured."""

    object = kind_of("quotation_proof")
    rendering = s.UUIDField(help_text="Key of the rendering.")
    source = ReferenceSerializer(help_text="The source.")  # type: ignore[assignment]
    capture = ProofCaptureSerializer(help_text="The capture.")
    text_sha256 = s.CharField(help_text="SHA-256 of the captured text, hex.")
    selector = SelectorSerializer(help_text="Finds the words in the captured text.")


class EvidenceSerializer(s.Serializer):
    """Scope `evidence:read`."""

    quotations = QuotationProofSerializer(many=True, help_text="Proof of each quotation.")
    cited = EvidenceItemSerializer(many=True, help_text="What the findings rest on.")


class ProblemSerializer(s.Serializer):
    """RFC 9457."""

    type = s.CharField(help_text="urn:harmtracker:problem:<code>.")
    title = s.CharField(help_text="For people.")
    status = s.IntegerField(help_text="HTTP status.")
    detail = s.CharField(help_text="What went wrong, for people.")
    parameter = s.CharField(required=False, help_text="The query parameter, or member of the body, at fault.")
    scope = s.CharField(required=False, help_text="403: the scope the token lacks.")
    formats = s.ListField(child=s.CharField(), required=False, help_text="406: the media types there are.")
    dumps = s.CharField(required=False, help_text="410 of a number: the address of the list of dumps to begin with.")
    retry_after = s.IntegerField(required=False, help_text="429: seconds to wait.")


class TombstoneSerializer(ProblemSerializer):
    """A record that was withdrawn. Delete your copies."""

    id = s.UUIDField(help_text="Key of the record.")
    reason = s.CharField(help_text="Vocabulary `withdrawal_reason`.")
    reason_label = s.CharField(help_text="The reason in words.")
    withdrawn_at = s.DateTimeField(help_text="UTC.")
    into = s.UUIDField(required=False, help_text="With reason `merged`: the record it became, if you read that one.")
