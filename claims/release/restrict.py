"""Restriction acts at once: what a raised marking does to what partners read."""

from django.db import transaction
from django.db.models import Model

from claims.models import Incident, PublishedRecord, Statement
from claims.release.marks import Mark
from harmtracker.markings import rank


def marking_raised(record: Model) -> None:
    """Take a released incident or statement from readers its new marking excludes. Never lets anyone see more.

    Call it in the transaction of the raise. For every other record (party, place, source, media item, note, comment
    request) there is nothing to write: documents are redacted by today's markings whenever they are read
    (``claims.release.redaction``), so a raise acts on every document that names the record.
    """
    if not isinstance(record, (Incident, Statement)):
        return
    with transaction.atomic():
        published = PublishedRecord.objects.select_for_update().filter(record_id=record.pk).first()
        if published is None:
            return
        held = Mark(record.tlp, tuple(record.handling), record.embargo_until).is_held
        published.tlp = max(published.tlp, record.tlp, key=rank)
        published.is_held = published.is_held or held
        published.save(update_fields=["tlp", "is_held", "updated_at"])
