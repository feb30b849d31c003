"""What a check of the evidence may find wrong."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Problem(TextChoices):
    """One sort of damage. The code stands in the results of checks and is never reused."""

    GONE = "blob.gone", _("Bytes are gone")
    CHANGED = "blob.changed", _("Bytes were changed")
    ROW = "blob.length", _("Length on record is wrong")
    NOT_DESTROYED = "blob.not_destroyed", _("Bytes should be gone")
    STORE = "store.unreachable", _("Store out of reach")
    MANIFEST = "manifest.changed", _("Manifest was changed")
    CHAIN = "manifest.chain", _("Chain is cut")
    NO_MANIFEST = "manifest.missing", _("Manifest is missing")
    CAPTURE = "capture.changed", _("Capture was changed")
    TEXT = "text.changed", _("Text was changed")
    STAMP = "stamp.invalid", _("Time-stamp does not hold")
    PATH = "stamp.path", _("Path to the stamp is wrong")
