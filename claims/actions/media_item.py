"""Media items: the photos and videos statements are about."""

from django.utils.translation import gettext_lazy as _

from claims.models import MediaItem
from claims.models.media_item import MediaKind
from harmtracker import audit
from harmtracker.dates import parse_date
from harmtracker.errors import Refused
from harmtracker.markings import Tlp
from harmtracker.models import User
from harmtracker.permissions import require, require_cleared
from sources.models import Blob, Source


def create_media_item(
    *,
    by: User,
    description: str,
    kind: str = MediaKind.VIDEO,
    first_seen: str = "",
    address: str = "",
    source: Source | None = None,
    body: Blob | None = None,
    handling: list[str] | None = None,
    tlp: str = Tlp.AMBER,
) -> MediaItem:
    """Add a photo or video by description; ``body`` where we hold its bytes. Nothing is downloaded or shown."""
    require(by, "media_item.edit")
    require_cleared(by, tlp)
    if not description.strip():
        raise Refused(_("Describe the photo or video in words."), field="description")
    parse_date(first_seen, field="first_seen")
    with audit.recording():
        item = MediaItem.objects.create(
            description=description.strip(),
            kind=kind,
            first_seen=first_seen,
            address=address,
            source=source,
            body=body,
            handling=handling or [],
            tlp=tlp,
            created_by=by,
        )
        audit.record("media_item.created", subject=item, by=by, changes={"description": [None, item.description]})
    return item
