"""A statement as partners read it."""

from rest_framework import serializers as s

from claims.api.serializers import shared
from claims.api.serializers.shared import Field, kind_of


class AccusationSerializer(s.Serializer):
    """A party the statement accuses."""

    object = kind_of("accusation")
    party = shared.PartySerializer(help_text="Who is accused.")
    wording = Field("In these words, as said.")


class MediaItemSerializer(s.Serializer):
    """One photo or video that statements are about."""

    object = kind_of("media_item")
    id = s.UUIDField(help_text="Key.")
    ref = s.CharField(help_text="Short reference.")
    kind = s.CharField(help_text="Vocabulary `media_kind`.")
    description = s.CharField(help_text="What it shows.")
    first_seen = Field("EDTF.")
    address = Field("Where it was first seen.")
    finding = shared.FindingSerializer(help_text="The finding in force on it.")
    authenticity = Field("Vocabulary `media_authenticity`.")


class QuoteCheckSerializer(s.Serializer):
    """What became of the quoted words in the newest capture of their source."""

    outcome = s.CharField(help_text="Vocabulary `quote_check`.")
    checked_at = s.DateTimeField(allow_null=True, help_text="UTC.")


class RenderingSerializer(s.Serializer):
    """The words in one language from one source. Outlets differ on the same words: there may be several."""

    object = kind_of("rendering")
    id = s.UUIDField(help_text="Key.")
    lang = s.CharField(help_text="BCP 47.")
    text = s.CharField(help_text="The words. Only verbatim words and translations go inside quotation marks.")
    fidelity = s.CharField(help_text="Vocabulary `fidelity`.")
    translator = Field("Vocabulary `translator`.")
    translates = s.UUIDField(allow_null=True, help_text="Key of the rendering this translates.")
    quote_check = QuoteCheckSerializer(allow_null=True, help_text="Null for words that are no quotation.")
    obtained = Field("How the source's bytes came to us, vocabulary `obtained`. Show it beside the words.")
    captured_at = s.DateTimeField(allow_null=True, help_text="UTC.")
    source = shared.SourceSerializer(allow_null=True, help_text="Where the words stand.")  # type: ignore[assignment]


class LinkSerializer(s.Serializer):
    """A directed relation from the later or acting statement to its target."""

    object = kind_of("link")
    id = s.UUIDField(help_text="Key.")
    type = s.CharField(help_text="Vocabulary `link_type`.")
    cito = s.ListField(child=s.CharField(), help_text="The same in the Citation Typing Ontology.")
    aspect = s.CharField(help_text="Vocabulary `aspect`.")
    basis = s.CharField(help_text="Vocabulary `basis`: the speaker refers to it, or the organisation ties the two.")
    to = shared.ReferenceSerializer(help_text="The statement acted upon.")

    def get_fields(self) -> dict[str, s.Field]:
        # `from` is a word of Python.
        return super().get_fields() | {"from": shared.ReferenceSerializer(help_text="The acting statement.")}


class FigureSerializer(s.Serializer):
    """A number someone gave. Null is not 0: "at least 20" is min 20 and nothing else. Whole persons."""

    object = kind_of("figure")
    id = s.UUIDField(help_text="Key.")
    statement = shared.ReferenceSerializer(help_text="Who gave it: the statement.")
    incident = shared.ReferenceSerializer(help_text="The incident counted.")
    outcome = s.CharField(help_text="Vocabulary `casualty_outcome`.")
    population = s.CharField(help_text="Vocabulary `population`.")
    demographic = s.CharField(help_text="Vocabulary `demographic`.")
    count_kind = s.CharField(help_text="Vocabulary `count_kind`.")
    area = Field("The area counted, in words, if another than the incident's.")
    is_incident_area = s.BooleanField(help_text="Whether the incident's own area was counted.")
    as_of = shared.DateSerializer(help_text="As of when.")
    words = Field("As given.")
    min = s.IntegerField(allow_null=True, help_text="Persons, at least.")
    best = s.IntegerField(allow_null=True, help_text="Persons, best estimate.")
    max = s.IntegerField(allow_null=True, help_text="Persons, at most.")


class StatementSerializer(s.Serializer):
    """What one party said, when, in which words, about which incidents, as it was released."""

    object = kind_of("statement")
    id = s.UUIDField(help_text="Key.")
    ref = s.CharField(help_text="Short reference.")
    version = s.IntegerField(help_text="Version of the record that was released.")
    released_at = s.DateTimeField(help_text="UTC.")
    kind = s.CharField(help_text="Vocabulary `statement_kind`.")
    party = shared.PartySerializer(allow_null=True, help_text="Who spoke.")
    on_behalf_of = shared.PartySerializer(allow_null=True, help_text="For whom.")
    spoken_as = s.CharField(help_text="Vocabulary `spoken_as`.")
    role_words = Field("The office or role as it was given.")
    said_in = Field("Programme, channel or briefing.")
    how_known = s.CharField(help_text="Vocabulary `how_known`.")
    said = shared.DateSerializer(help_text="When it was said.")
    responsibility_position = Field(
        "What the party says of its own part, vocabulary `responsibility_position`. Never our finding."
    )
    checkability = s.CharField(help_text="Vocabulary `checkability`.")
    lifecycle = s.CharField(help_text="Vocabulary `lifecycle`.")
    names_nobody = s.BooleanField(allow_null=True, help_text="True for an allegation that accuses no party.")
    accuses = AccusationSerializer(many=True, help_text="Whom it accuses, in whose words.")
    media_item = MediaItemSerializer(allow_null=True, help_text="The photo or video it is about.")
    incidents = shared.ReferenceSerializer(many=True, help_text="The released incidents it is about.")
    renderings = RenderingSerializer(many=True, allow_null=True, help_text="Its words.")
    links = LinkSerializer(many=True, help_text="What it does to other released statements.")
    finding = shared.ConclusionSerializer(help_text="The finding in force.")
    under_review = shared.UnderReviewSerializer(allow_null=True, help_text="Set while it is being re-examined.")
    assessments = shared.AssessmentSerializer(many=True, help_text="Every approved finding, oldest first.")
    sensitivity = shared.SensitivitySerializer(help_text="How to handle it, and what is withheld.")
    sentence = s.CharField(help_text="Can be printed as it stands.")
    figures = FigureSerializer(many=True, required=False, help_text="Scope `figures:read`.")
    notes = shared.NoteSerializer(many=True, required=False, help_text="Scope `notes:read`.")
    evidence = shared.EvidenceSerializer(required=False, allow_null=True, help_text="Scope `evidence:read`.")
    ratings = shared.RatingSerializer(many=True, required=False, help_text="Scope `ratings:read`.")
