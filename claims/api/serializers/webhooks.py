"""Endpoints and messages as the export describes them. A test holds every answer against these."""

from drf_spectacular.utils import OpenApiResponse, OpenApiWebhook, extend_schema
from rest_framework import serializers as s

from claims.api.serializers import shared
from claims.api.serializers.collections import PageSerializer
from claims.models.webhooks import TOLD_OF

TYPES = "Vocabulary `webhook_type`, without `test`."

# What partners send: unlike what they are answered it is described here to the letter, for nothing else is taken.
_ADDRESS = {
    "type": "string",
    "pattern": "^https://[A-Za-z0-9]",
    "maxLength": 1000,
    "description": "Begins with https://. It must not lead anywhere but to the public internet.",
}
_TYPES = {
    "type": "array",
    "items": {"type": "string", "enum": list(TOLD_OF)},
    "minItems": 1,
    "uniqueItems": True,
}
NEW_ENDPOINT = {
    "type": "object",
    "description": "Where to send messages, and of what.",
    "properties": {
        "address": _ADDRESS,
        "types": _TYPES | {"description": f"{TYPES} Left out: all that the token may read of."},
    },
    "required": ["address"],
    "additionalProperties": False,
}
ENDPOINT_CHANGE = {
    "type": "object",
    "description": "What is left out stays as it is.",
    "properties": {
        "address": _ADDRESS,
        "types": _TYPES | {"description": TYPES},
        "paused": {"type": "boolean", "description": "True: nothing is sent until it is false again."},
    },
    "additionalProperties": False,
}


class WebhookPauseSerializer(s.Serializer):
    """Why nothing is sent."""

    cause = s.CharField(help_text="Vocabulary `webhook_pause`.")
    label = s.CharField(help_text="The cause in words.")  # type: ignore[assignment]
    since = s.DateTimeField(help_text="UTC.")


class WebhookEndpointSerializer(s.Serializer):
    """An address of yours that is told of changes. It sees what `token` sees, the one that wrote it last."""

    object = shared.kind_of("webhook_endpoint")
    id = s.UUIDField(help_text="Key.")
    address = s.CharField(help_text="Where messages are sent.")
    types = s.ListField(child=s.CharField(), help_text=TYPES)
    token = s.CharField(help_text="The public part of the token whose eyes it has.")
    is_open = s.BooleanField(help_text="False when that token has ended: write the endpoint with another one.")
    paused = WebhookPauseSerializer(allow_null=True, help_text="Null while messages are sent.")
    created_at = s.DateTimeField(help_text="UTC.")
    last_success_at = s.DateTimeField(allow_null=True, help_text="When a message was taken last, UTC.")
    failed_attempts = s.IntegerField(help_text="Attempts in a row that were not taken.")
    failing_since = s.DateTimeField(allow_null=True, help_text="When the first of them was, UTC.")
    rests_until = s.DateTimeField(allow_null=True, help_text="Nothing is sent before, UTC.")
    earlier_secret_until = s.DateTimeField(
        allow_null=True, help_text="Until then messages are signed with the secret before, too, UTC."
    )


class WebhookEndpointWithSecretSerializer(WebhookEndpointSerializer):
    """The endpoint with its secret, which is shown this once and kept nowhere."""

    secret = s.CharField(help_text="`whsec_` and base64, as Standard Webhooks has it.")


class WebhookEndpointPageSerializer(PageSerializer):
    """Your endpoints, the oldest first, all on one page."""

    results = WebhookEndpointSerializer(many=True, help_text="The endpoints.")


class WebhookAttemptSerializer(s.Serializer):
    """One attempt to deliver a message."""

    at = s.DateTimeField(help_text="UTC.")
    outcome = s.CharField(help_text="Vocabulary `webhook_outcome`.")
    label = s.CharField(help_text="The outcome in words.")  # type: ignore[assignment]
    status = s.IntegerField(allow_null=True, help_text="The HTTP status answered; null when nothing was.")
    seconds = s.FloatField(help_text="How long it took.")


class WebhookDeliverySerializer(s.Serializer):
    """A message to one of your endpoints, and what became of it. Kept for 30 days after it ended."""

    object = shared.kind_of("webhook_delivery")
    id = s.CharField(help_text="As in the header `webhook-id`, the same in every attempt.")
    endpoint = s.UUIDField(help_text="Key of the endpoint.")
    type = s.CharField(help_text="Vocabulary `webhook_type`.")
    record = s.UUIDField(allow_null=True, help_text="Key of the record; null for a test.")
    change_seq = s.IntegerField(allow_null=True, help_text="Its number in `changes/`; null for a test.")
    reason = shared.Field("Of a tombstone, vocabulary `withdrawal_reason`.")
    into = s.UUIDField(allow_null=True, help_text="With reason `merged`: the record it became, if you read that one.")
    made_at = s.DateTimeField(help_text="UTC.")
    state = s.CharField(help_text="Vocabulary `webhook_state`.")
    next_attempt_at = s.DateTimeField(allow_null=True, help_text="While it waits: not before, UTC.")
    attempts = WebhookAttemptSerializer(many=True, help_text="Every attempt, oldest first.")


class WebhookDeliveryPageSerializer(PageSerializer):
    """Messages, the newest first. Read forwards: `previous` is null."""

    results = WebhookDeliverySerializer(many=True, help_text="The messages.")


class WebhookDataSerializer(s.Serializer):
    """What a message is about; empty in a test. What changed has to be read."""

    id = s.UUIDField(required=False, help_text="Key of the record.")
    change_seq = s.IntegerField(required=False, help_text="Its number in `changes/`.")
    reason = s.CharField(required=False, help_text="Of a tombstone, vocabulary `withdrawal_reason`.")
    into = s.UUIDField(required=False, help_text="With reason `merged`: the record it became, if you read that one.")


class WebhookMessageSerializer(s.Serializer):
    """What is posted to an endpoint, signed as Standard Webhooks has it."""

    type = s.CharField(help_text="Vocabulary `webhook_type`.")
    timestamp = s.DateTimeField(help_text="When the message was made, UTC; the same in every attempt.")
    data = WebhookDataSerializer(help_text="What it is about.")  # type: ignore[assignment]


MESSAGE = OpenApiWebhook(
    "message",
    extend_schema(
        operation_id="receive_message",
        summary="Something was released, changed or withdrawn",
        description="Posted by us to the address of an endpoint. Its headers carry number, time and signature.",
        request=WebhookMessageSerializer,
        responses={
            "2XX": OpenApiResponse(description="Taken. Any other answer, or none within ten seconds: not taken.")
        },
        tags=["export"],
    ),
)
