"""Who else has the same form open just now, and since when they have not typed.

A view that takes a form is marked ``@shows_presence(rows)``. Opening its page says that one is there, for a minute; the
page's script says so again every twenty seconds, and takes it back when the page is left. It locks nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, wraps
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from harmtracker.identity import new_id
from harmtracker.models import Presence, User
from harmtracker.permissions import SignedInRequest, View, may

SILENT_AFTER: Final = 60  # seconds after which a row says nothing any more
NOT_AGAIN_WITHIN: Final = 5  # seconds in which a second beat of the same page is not written
MOST_OPEN: Final = 50  # forms one person can be in at a time
MOST_NAMED: Final = 5
LONGEST_KEY: Final = 160
LONGEST_IDLE: Final = 24 * 60 * 60  # seconds
KEPT_FOR: Final = timedelta(hours=1)

# Says that one is there and reads who else is, in one statement: a page has no query to spare.
BEAT: Final = """
WITH here AS (
  INSERT INTO harmtracker_presence AS held (id, user_id, key, seen_at, typed_at)
  SELECT %(id)s, %(user)s, %(key)s, now(), now() - make_interval(secs => %(idle)s)
  WHERE (SELECT count(*) FROM harmtracker_presence
         WHERE user_id = %(user)s AND key <> %(key)s AND seen_at > now() - make_interval(secs => %(silent)s)) < %(most)s
  ON CONFLICT (user_id, key) DO UPDATE
    SET seen_at = excluded.seen_at, typed_at = coalesce(excluded.typed_at, held.typed_at)
    WHERE held.seen_at < now() - make_interval(secs => %(again)s)
       OR held.typed_at IS NULL AND excluded.typed_at IS NOT NULL
)
SELECT person.name, extract(epoch FROM now() - other.typed_at)
FROM harmtracker_presence other JOIN harmtracker_user person ON person.id = other.user_id
WHERE other.key = %(key)s AND other.user_id <> %(user)s
  AND other.seen_at > now() - make_interval(secs => %(silent)s)
ORDER BY other.typed_at DESC NULLS LAST, person.name LIMIT %(named)s
"""


@dataclass
class Here:
    """A page with a form, as its reader sees it: ``others`` are sentences about who else is in it. Asked when shown."""

    key: str
    user: User

    @cached_property
    def others(self) -> list[str]:
        """Say that one is here, and read who else is."""
        return beat(self.key, by=self.user)


def shows_presence(rows: Callable[[User], QuerySet[Any]]) -> Callable[[View], View]:
    """Decorator for views with a form on one record; stands inside ``@requires``.

    ``rows`` are the records of that kind a person may see; the address names one of them as ``ref``.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            key = _key_of(request)
            request.here = Here(key, request.user)
            try:
                response = view(request, *args, **kwargs)
            except BaseException:  # the page of an error must not say who is in the form it keeps from the reader
                request.here = None
                raise
            if request.method == "POST" and (response.status_code == 302 or response.has_header("HX-Redirect")):
                leave(key, by=request.user)
            return response

        wrapper.presence_rows = rows  # type: ignore[attr-defined]  # read by may_be_in
        return wrapper

    return decorate


def _key_of(request: SignedInRequest) -> str:
    match = request.resolver_match
    return f"{match.url_name if match else ''}:{request.path}"


def may_be_in(key: str, user: User) -> bool:
    """Whether the key is that of a form this person may open on a record they may see. One query."""
    name, _colon, path = key.partition(":")
    if len(key) > LONGEST_KEY:
        return False
    try:
        match = resolve(path)
    except Http404:
        return False
    rows = getattr(match.func, "presence_rows", None)
    if rows is None or match.url_name != name or not may(user, getattr(match.func, "act", "")):
        return False
    return bool(rows(user).filter(ref=match.kwargs["ref"]).exists())


def beat(key: str, *, by: User, idle: int | None = None) -> list[str]:
    """Note that a person has the form of this key open, and say who else has. One query.

    ``idle`` is for how many seconds they have not typed, None while they have not typed at all. Whoever may not see
    the people here is told of nobody. The caller has made sure that they may be in the form.
    """
    told: dict[str, Any] = {
        "id": new_id(),
        "user": by.pk,
        "key": key[:LONGEST_KEY],
        "idle": min(idle, LONGEST_IDLE) if idle is not None else None,
        "silent": SILENT_AFTER,
        "again": NOT_AGAIN_WITHIN,
        "most": MOST_OPEN,
        "named": MOST_NAMED,
    }
    with connection.cursor() as cursor:
        cursor.execute(BEAT, told)
        others = cursor.fetchall()
    if not may(by, "history.read"):
        return []
    return [_words(name, None if silence is None else int(silence)) for name, silence in others]


def leave(key: str, *, by: User) -> None:
    """The page was left, or its form was sent."""
    Presence.objects.filter(user=by, key=key).delete()


def forget() -> int:
    """Drop rows that have said nothing for long; how many."""
    return Presence.objects.filter(seen_at__lt=Now() - KEPT_FOR).delete()[0]


def _words(name: str, idle: int | None) -> str:
    if idle is None:
        return _("%(name)s has this open, and has typed nothing yet.") % {"name": name}
    minutes = idle // 60
    if minutes == 0:
        return _("%(name)s is editing this just now.") % {"name": name}
    words = ngettext(
        "%(name)s is editing this, idle for %(minutes)s minute.",
        "%(name)s is editing this, idle for %(minutes)s minutes.",
        minutes,
    )
    return words % {"name": name, "minutes": minutes}
