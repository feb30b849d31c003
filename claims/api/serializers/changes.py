"""The stream of changes and the head of the audit chain."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers as s

from claims.api.serializers import shared

EITHER = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Incident", "Statement")]}


@extend_schema_field(EITHER)
class RecordField(s.Field):
    """An incident or a statement."""


class ChangeSerializer(s.Serializer):
    """One record whose version for this token changed: write it, or delete your copy."""

    change_seq = s.IntegerField(help_text="Number of the change, in the order of the commits.")
    type = s.CharField(help_text="`incident` or `statement`.")
    id = s.UUIDField(help_text="Key of the record.")
    op = s.CharField(help_text="`upsert`: keep `record` in place of what you hold. `tombstone`: delete what you hold.")
    record = RecordField(required=False, help_text="With `upsert`: the incident or statement.")
    reason = s.CharField(required=False, help_text="With `tombstone`: vocabulary `withdrawal_reason`.")
    into = s.UUIDField(required=False, help_text="With reason `merged`: the record it became, if you read that one.")


class ChangesSerializer(s.Serializer):
    """A page of changes; each record at its newest number only."""

    object = shared.kind_of("changes")
    changes = ChangeSerializer(many=True, help_text="In the order of their numbers.")
    next = s.CharField(allow_null=True, help_text="Address of the next page, while there is one now.")
    next_after = s.IntegerField(help_text="Ask with this `after` next time, once `next` is null.")


class AuditHeadSerializer(s.Serializer):
    """The newest link of the audit chain. Keep it: it proves later that nothing was cut off behind it."""

    object = shared.kind_of("audit_head")
    sequence = s.IntegerField(help_text="How many events there are.")
    hash = shared.Field("SHA-256, hexadecimal.")
    at = s.DateTimeField(allow_null=True, help_text="UTC.")


class ReleaseSerializer(s.Serializer):
    """One release of a record."""

    object = shared.kind_of("release")
    version = s.IntegerField(help_text="Version of the record that was released.")
    released_at = s.DateTimeField(help_text="UTC. Ask with `as_of` for what it said.")
    withdrawn_at = s.DateTimeField(allow_null=True, help_text="UTC; null while it stands.")
    reason = shared.Field("Vocabulary `withdrawal_reason`.")


class HistorySerializer(s.Serializer):
    """When a record was released and withdrawn, newest first."""

    object = shared.kind_of("history")
    id = s.UUIDField(help_text="Key of the record.")
    releases = ReleaseSerializer(many=True, help_text="Every release that was there for this token.")


class DumpSegmentSerializer(s.Serializer):
    """One file of a dump."""

    object = shared.kind_of("segment")
    id = s.UUIDField(help_text="Key of the file.")
    type = shared.Field("The kind of record it was made from, `incident` or `statement`; null for all kinds.")
    content = s.CharField(
        help_text="As lines: `incidents`, `statements`, or what a scope adds to them (`incident_notes`). As Parquet: "
        "the name of the table. `package`: all tables. `incident_changes`, `statement_changes`: lines of the stream "
        "of changes since the dump before."
    )
    format = s.CharField(help_text="Vocabulary `file_format`.")
    name = s.CharField(help_text="What to call it when it is saved.")
    records = s.IntegerField(
        help_text="How many lines (behind a first one about the file) or rows it has; of a package, how many records."
    )
    after = s.IntegerField(allow_null=True, help_text="Of changes: above this number, that of the dump before.")
    change_seq = s.IntegerField(help_text="The file is true as of this number.")
    bytes = s.IntegerField(help_text="As packed.")
    sha256 = s.CharField(help_text="Of the packed bytes, hexadecimal.")
    address = s.CharField(help_text="Where to fetch it. It answers `Range`.")


class DumpSerializer(s.Serializer):
    """Everything this ceiling read at a time, with what this token's scopes add to it."""

    object = shared.kind_of("dump")
    id = s.UUIDField(help_text="Key.")
    made_at = s.DateTimeField(help_text="UTC.")
    ceiling = s.CharField(help_text="Vocabulary `tlp`.")
    change_seq = s.IntegerField(help_text="Follow `changes/?after=` from here on to be in step.")
    audit_hash = shared.Field("Hash of the audit event of that number, hexadecimal.")
    segments = DumpSegmentSerializer(many=True, help_text="The files.")


class DumpsSerializer(s.Serializer):
    """Dumps, newest first."""

    object = shared.kind_of("dumps")
    dumps = DumpSerializer(many=True, help_text="Those kept now.")
