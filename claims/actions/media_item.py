"""Media items: the photos and videos statements are about."""

from dataclasses import dataclass, fields

from django.utils.translation import gettext_lazy as _

from claims.actions.reexamination import reopen_after_change
from claims.models import MediaItem
from claims.models.media_item import MediaKind
from harmtracker import audit
from harmtracker.dates import parse_date
from harmtracker.db import save_version
from harmtracker.errors import Refused
from harmtracker.markings import Tlp
from harmtracker.models import Team, User
from harmtracker.permissions import require, require_cleared
from sources.models import Blob, Source

SUBSTANCE = frozenset({"description", "first_seen", "address"})
"""A change of one of these touches which photo or video a finding was about, or when it appeared."""


@dataclass(frozen=True)
class MediaFields:
    """What is stated of a photo or video. ``first_seen`` is EDTF."""

    description: str
    kind: str = MediaKind.VIDEO
    first_seen: str = ""
    address: str = ""


def edit_media_item(
    *, item: MediaItem, given: MediaFields, expected_version: int, by: User, reason: str = ""
) -> MediaItem:
    """Save an edit made on ``expected_version``. Raises ``StaleRecord`` when somebody saved in between.

    A change of what tells the item from others, or of when it was first seen, opens a re-examination.
    """
    require(by, "media_item.edit")
    if not given.description.strip():
        raise Refused(_("Describe the photo or video in words."), field="description")
    if given.kind not in MediaKind.values:
        raise Refused(_("Choose what it is."), field="kind")
    parse_date(given.first_seen, field="first_seen")
    columns = {each.name: getattr(given, each.name).strip() for each in fields(given)}
    changed = {name: value for name, value in columns.items() if getattr(item, name) != value}
    if not changed:
        return item
    with audit.recording():
        changes = save_version(item, expected_version, **changed)
        audit.record("media_item.edited", subject=item, by=by, changes=changes, reason=reason.strip())
        if SUBSTANCE & set(changes):
            reopen_after_change(item, changes, by=by)
    return item


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
    team: Team | None = None,
) -> MediaItem:
    """Add a photo or video by description; ``body`` where we hold its bytes. Nothing is downloaded or shown."""
    require(by, "media_item.edit")
    require_cleared(by, tlp, team)
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
            team=team,
            created_by=by,
        )
        audit.record("media_item.created", subject=item, by=by, changes={"description": [None, item.description]})
    return item
