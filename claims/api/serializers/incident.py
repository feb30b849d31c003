"""An incident as partners read it."""

from rest_framework import serializers as s

from claims.api.serializers import shared
from claims.api.serializers.shared import Field, kind_of


class PointSerializer(s.Serializer):
    """WGS 84, at most two decimals (about 1 km), fewer where less is known."""

    latitude = s.FloatField(help_text="Degrees north.")
    longitude = s.FloatField(help_text="Degrees east.")


class PlaceSerializer(s.Serializer):
    """Where it happened, never finer than it is known. Draw an area of that size, not a pin."""

    object = kind_of("place")
    id = s.UUIDField(allow_null=True, help_text="Key of the gazetteer entry.")
    ref = Field("Short reference.")
    name = Field("Name of the place.")
    as_reported = Field("The words of the report.")
    precision = s.CharField(help_text="Vocabulary `place_precision`.")
    country = Field("ISO 3166-1 alpha-2.")
    adm1_code = Field("ISO 3166-2.")
    adm1_name = Field("Name of the region.")
    katottg = Field("Ukrainian code of administrative units.")
    point = PointSerializer(allow_null=True, help_text="A rounded point.")


class ExactPlaceSerializer(PointSerializer):
    """The point as held, five decimals (about 1 m). Scope `locations.exact:read`."""

    object = kind_of("exact_place")
    precision = s.CharField(help_text="Vocabulary `place_precision`.")
    place = shared.ReferenceSerializer(allow_null=True, help_text="The gazetteer entry.")


class RequestEventSerializer(s.Serializer):
    """What came of a request on a date; later ones do not erase earlier ones."""

    object = kind_of("request_event")
    outcome = s.CharField(help_text="Vocabulary `request_outcome`.")
    happened_at = s.DateTimeField(help_text="UTC.")
    reply = shared.ReferenceSerializer(allow_null=True, help_text="The statement that holds the reply's words.")


class CommentRequestSerializer(s.Serializer):
    """A party was asked for its side. "Not sought", "did not respond" and "declined" are different facts."""

    object = kind_of("comment_request")
    id = s.UUIDField(help_text="Key.")
    ref = s.CharField(help_text="Short reference.")
    asked_by = shared.PartySerializer(help_text="Who asked.")
    party = shared.PartySerializer(help_text="Who was asked.")
    incident = shared.ReferenceSerializer(help_text="The incident it is about.")
    statement = shared.ReferenceSerializer(allow_null=True, help_text="The allegation it is about, if one.")
    state = s.CharField(help_text="Vocabulary `request_state`.")
    asked = shared.DateSerializer(help_text="When.")
    deadline = s.DateTimeField(allow_null=True, help_text="UTC.")
    source = shared.SourceSerializer(allow_null=True, help_text="Where the request is reported.")  # type: ignore[assignment]
    events = RequestEventSerializer(many=True, help_text="In the order in which they happened.")
    sentence = s.CharField(
        required=False, help_text="Can be printed as it stands. Absent from what was released before it was made."
    )


class IncidentSerializer(s.Serializer):
    """One event of alleged civilian harm in time and space, as it was released."""

    object = kind_of("incident")
    id = s.UUIDField(help_text="Key.")
    ref = s.CharField(help_text="Short reference.")
    version = s.IntegerField(help_text="Version of the record that was released.")
    released_at = s.DateTimeField(help_text="UTC.")
    title = Field("In a few words.")
    summary = Field("In a few sentences.")
    occurred = shared.DateSerializer(help_text="When it happened.")
    place = PlaceSerializer(allow_null=True, help_text="Where it happened.")
    harm = s.ListField(child=s.CharField(), allow_null=True, help_text="Vocabulary `harm`.")
    means = Field("Vocabulary `means`.")
    finding = shared.ConclusionSerializer(help_text="The finding in force on whether it occurred.")
    under_review = shared.UnderReviewSerializer(allow_null=True, help_text="Set while it is being re-examined.")
    assessments = shared.AssessmentSerializer(many=True, help_text="Every approved finding, oldest first.")
    comment_requests = CommentRequestSerializer(many=True, help_text="Who was asked for its side.")
    sensitivity = shared.SensitivitySerializer(help_text="How to handle it, and what is withheld.")
    sentence = s.CharField(help_text="Can be printed as it stands.")
    notes = shared.NoteSerializer(many=True, required=False, help_text="Scope `notes:read`.")
    evidence = shared.EvidenceSerializer(required=False, allow_null=True, help_text="Scope `evidence:read`.")
    ratings = shared.RatingSerializer(many=True, required=False, help_text="Scope `ratings:read`.")
    exact_place = ExactPlaceSerializer(required=False, allow_null=True, help_text="Scope `locations.exact:read`.")
