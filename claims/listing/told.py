"""What a captured page or file says of itself, value by value, each with where it came from and with its rivals."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harmtracker import wording
from harmtracker.markings import Flag
from harmtracker.models import User
from sources.models import Capture

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

LABELS: Final[dict[str, "StrPromise"]] = {
    "title": gettext_lazy("Title"),
    "byline": gettext_lazy("By-line"),
    "site_name": gettext_lazy("Site"),
    "published": gettext_lazy("Published"),
    "modified": gettext_lazy("Modified"),
    "lang": gettext_lazy("Language"),
    "description": gettext_lazy("Description"),
    "canonical": gettext_lazy("Calls itself"),
    "platform": gettext_lazy("Platform"),
    "channel": gettext_lazy("Channel"),
    "channel_url": gettext_lazy("Channel’s address"),
    "post": gettext_lazy("Post"),
    "edited": gettext_lazy("Edited"),
    "views": gettext_lazy("Views"),
    "forwarded_from": gettext_lazy("Forwarded from"),
    "forwarded_author": gettext_lazy("Forwarded, by"),
    "forwarded_url": gettext_lazy("Forwarded, address"),
    "media_kind": gettext_lazy("What it holds"),
    "format": gettext_lazy("Format"),
    "pixels": gettext_lazy("Pixels"),
    "duration": gettext_lazy("Duration"),
    "not_read": gettext_lazy("Not read"),
    "uploaded": gettext_lazy("Uploaded"),
    "taken": gettext_lazy("Taken"),
    "gps": gettext_lazy("Taken at"),
    "camera_make": gettext_lazy("Camera, make"),
    "camera_model": gettext_lazy("Camera, model"),
    "software": gettext_lazy("Software"),
    "copyright": gettext_lazy("Copyright"),
    "file_name": gettext_lazy("File name"),
    "content_url": gettext_lazy("Address of the file"),
    "embed_url": gettext_lazy("Address of the player"),
    "embed_platform": gettext_lazy("Platform of the player"),
    "thumbnail": gettext_lazy("Address of the preview"),
}
"""Names of metadata in the order in which they are shown; others follow under their own name."""
NOT_TOLD: Final = frozenset({"wire"})
"""Kept under metadata and no word of the page's own: the hash of the body as it came."""
WHERE: Final = frozenset({"gps"})
MOMENTS: Final = frozenset({"published", "modified", "uploaded", "edited", "taken"})
ORIGINS: Final[dict[str, "StrPromise"]] = {
    "json-ld": gettext_lazy("JSON-LD"),
    "microdata": gettext_lazy("microdata"),
    "html": gettext_lazy("the page’s markup"),
    "title": gettext_lazy("the page’s title element"),
    "link": gettext_lazy("the page’s links"),
    "time": gettext_lazy("a time element"),
    "detected": gettext_lazy("detected in the text"),
    "guess": gettext_lazy("guessed"),
    "exif": gettext_lazy("EXIF"),
    "bytes": gettext_lazy("the file itself"),
    "pdf": gettext_lazy("the PDF"),
    "telegram": gettext_lazy("Telegram"),
}
ISO_DURATION: Final = re.compile(r"P(?:0D)?T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,5})(?:\.\d+)?S)?")


@dataclass(frozen=True)
class Told:
    """One value: in words for a person, as it stands (``stated``), and where it came from."""

    words: str
    origin: str
    stated: str


@dataclass(frozen=True)
class Line:
    """One name of metadata: its value believed most, and what rivals it. ``value`` None: withheld from this reader."""

    label: str
    value: Told | None
    rivals: list[Told] = field(default_factory=list)


def told_by(capture: Capture, user: User) -> list[Line]:
    """What the capture says of itself, known names first. Where a picture was taken is for those cleared for places.

    Values of one name that say the same are one value, named after the first that says so.
    """
    names = sorted(capture.metadata.keys() - NOT_TOLD, key=_rank)
    return [_line(name, capture.metadata[name], user) for name in names if capture.metadata[name]]


def _rank(name: str) -> tuple[int, str]:
    known = list(LABELS)
    return (known.index(name) if name in LABELS else len(known), name)


def _line(name: str, entries: list[dict[str, str]], user: User) -> Line:
    label = str(LABELS.get(name, name.replace("_", " ")))
    if name in WHERE and Flag.PRECISE_LOCATION not in user.flags:
        return Line(label, None)
    told: dict[str, Told] = {}
    for entry in entries:
        words = _words(name, str(entry["value"]))
        told.setdefault(words, Told(words, origin_words(str(entry["from"])), str(entry["value"])))
    first, *rivals = told.values()
    return Line(label, first, rivals)


def origin_words(code: str) -> str:
    """Where a value came from: our name for the way, or the name of the meta element as the page wrote it."""
    if code in ORIGINS:
        return str(ORIGINS[code])
    if code.startswith(("og:", "article:")):
        return _("OpenGraph (%(name)s)") % {"name": code}
    return code


def _words(name: str, value: str) -> str:
    if name in MOMENTS:
        return moment_words(value)
    if name == "duration":
        return duration_words(value)
    return value


def moment_words(value: str) -> str:
    """A moment as a page states it, with the zone it states: "3 Apr 2022, 18:05 +03:00"; anything else as it stands."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return wording.date_words(value)
    if len(value) <= len("2022-04-03"):
        return wording.date_words(value)
    words = wording.date_words(moment.strftime("%Y-%m-%dT%H:%M"))
    zone = moment.strftime("%:z")
    return f"{words} {zone}" if zone else _("%(moment)s, no zone stated") % {"moment": words}


def duration_words(value: str) -> str:
    """ISO 8601 and whole seconds as "1 h 2 min 3 s"; anything else as it stands."""
    match = ISO_DURATION.fullmatch(value)
    if match and any(match.groups()):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
    elif value.isascii() and value.isdigit() and len(value) < 7:
        hours, minutes, seconds = int(value) // 3600, int(value) // 60 % 60, int(value) % 60
    else:
        return value
    named = ((hours, _("%(number)s h")), (minutes, _("%(number)s min")), (seconds, _("%(number)s s")))
    return " ".join(words % {"number": number} for number, words in named if number) or value
