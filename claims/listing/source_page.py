"""What every tab of a source's page shows: whose it is, how its newest capture ended, and how much each tab holds."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import CharField, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from claims.listing.cautions import icon_of
from claims.listing.told import origin_words
from claims.models import Rendering, Statement
from claims.queries.conversation import discussion_of, remark_count
from harmtracker.markings import HIDES_SOURCE
from harmtracker.models import User
from harmtracker.permissions import SignedInRequest, may
from sources.capture.outcomes import Outcome
from sources.models import Capture, Copy, Source
from sources.models.copy import CopyState
from sources.shown import parties_shown_to, sources_shown_to


@dataclass(frozen=True)
class Tab:
    """One tab: its words, its address, how many rows stand behind it (None: not counted), whether it is this one."""

    label: str
    url: str
    count: int | None
    is_current: bool


def sources_of_pages(user: User) -> QuerySet[Source]:
    """Sources this reader may open, each read with its publisher: what ``source_frame`` is given comes from here."""
    return sources_shown_to(user).select_related("publisher")


def source_frame(request: SignedInRequest, source: Source) -> dict[str, Any]:
    """The context of sources/page.html, in one query: section, source, publisher (None where it may not be named),
    newest_outcome and newest_icon (None and "" while under way or where nothing was tried), newest_readable (number of
    the newest capture with text, or None), published_origin (where the date is from, in words), tabs, may_write,
    may_render (whether pages are rendered here).
    """
    row = _counted(source, request.user)
    outcome = row["newest_outcome"]
    return {
        "section": "sources",
        "source": source,
        "publisher": source.publisher if row["publisher_is_shown"] else None,
        "newest_outcome": Outcome(outcome) if outcome else None,
        "newest_icon": icon_of(Outcome(outcome)) if outcome else "",
        "newest_readable": row["newest_readable"],
        "published_origin": origin_words(source.published_from) if source.published_from else "",
        "tabs": _tabs(request, source, row),
        "may_write": may(request.user, "statement.edit"),
        "may_render": settings.RENDER_PAGES,
    }


def copies_shown_to(user: User) -> QuerySet[Copy]:
    """Copies that nobody dismissed, between sources this reader may both see."""
    visible = sources_shown_to(user)
    return Copy.objects.filter(derived__in=visible, original__in=visible).exclude(state=CopyState.DISMISSED)


def statements_resting_on(user: User) -> QuerySet[Statement]:
    """Statements this reader may see and may know to rest on their sources."""
    rows: QuerySet[Statement] = Statement.objects.visible_to(user).seen_through(user, HIDES_SOURCE)
    return rows


def _counted(source: Source, user: User) -> dict[str, Any]:
    own = Q(derived=OuterRef("pk")) | Q(original=OuterRef("pk"))
    words = Rendering.objects.filter(source=OuterRef("pk"), withdrawn_at=None)
    captures = Capture.objects.filter(source=OuterRef("pk"))
    newest = captures.order_by("-number")
    columns: dict[str, Any] = {
        "capture_count": _number_of(captures),
        "copy_count": _number_of(copies_shown_to(user).filter(own)),
        "statement_count": _number_of(words.filter(statement__in=statements_resting_on(user)), "statement"),
        "newest_outcome": Subquery(newest.values("outcome")[:1], output_field=CharField()),
        "newest_readable": Subquery(newest.exclude(text="").values("number")[:1]),
        "remark_count": remark_count(),
        "publisher_is_shown": Exists(parties_shown_to(user).filter(pk=OuterRef("publisher"))),
    }
    row: Any = Source.objects.filter(pk=source.pk).values(**columns).get()
    return dict(row)


def _number_of(rows: QuerySet[Any], of: str = "pk") -> Coalesce:
    """How many different ``of`` there are, as a column of the row around it."""
    counted = rows.order_by().values(one=Value(1)).annotate(number=Count(of, distinct=True)).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _tabs(request: SignedInRequest, source: Source, row: dict[str, Any]) -> list[Tab]:
    here = request.resolver_match.url_name if request.resolver_match else ""
    offered = [
        ("source", _("Text"), None),
        ("source-changes", _("Captures and changes"), row["capture_count"]),
        ("source-copies", _("Copies"), row["copy_count"]),
        ("source-evidence", _("Evidence"), None),
        ("source-statements", _("Statements"), row["statement_count"]),
    ]
    if discussion_of(source, request.user):
        offered.append(("source-discussion", _("Discussion"), row["remark_count"]))
    current = "source" if here == "capture" else here
    return [Tab(label, reverse(name, args=[source.ref]), count, name == current) for name, label, count in offered]
