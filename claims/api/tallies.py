"""What a released record counts as: the month of it, and a few codes, kept with its line so that counting is quick.

Made from the very document a caller reads. What is withheld from it there counts as nothing known, so that no count
tells more than the lists do, however small it is.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from claims.api.tables import Cell, at
from claims.release.redaction import Document

DATED: Final = {"incident": "occurred", "statement": "said"}
DIMENSIONS: Final[dict[str, dict[str, Callable[[Document], Cell]]]] = {
    "incident": {
        "finding": at("finding", "code"),
        "means": at("means"),
        "country": at("place", "country"),
        "adm1": at("place", "adm1_code"),
    },
    "statement": {
        "finding": at("finding", "code"),
        "kind": at("kind"),
        "position": at("responsibility_position"),
        "lifecycle": at("lifecycle"),
    },
}


def tally(document: Document) -> list[str]:
    """The month (`2022-03`), then one code for each dimension in its order; "" for what is not known or withheld."""
    kind = document["object"]
    codes = (read(document) for read in DIMENSIONS[kind].values())
    return [_month(document[DATED[kind]]), *(str(code or "") for code in codes)]


def _month(dated: Document) -> str:
    """The month a date lies in by the zone it was read in; "" for one that is not known to the month."""
    if dated["start"] is None or dated["end"] is None:
        return ""
    zone = ZoneInfo(dated["zone"] or "UTC")
    first, behind = (datetime.fromisoformat(dated[end]).astimezone(zone) for end in ("start", "end"))
    last = max(first, behind - timedelta(microseconds=1))
    return f"{first:%Y-%m}" if (first.year, first.month) == (last.year, last.month) else ""
