"""Who may do what: one table. Whether a person may see a record at all is decided elsewhere (``visible_to``)."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from harmtracker.errors import NotAllowed, Refused
from harmtracker.forms_people import SignInForm
from harmtracker.kept_forms import keep
from harmtracker.markings import up_to
from harmtracker.models import Role, Team, User

if TYPE_CHECKING:
    from harmtracker.drafts import Drafting
    from harmtracker.presence import Here

EVERYONE = frozenset(Role)
WRITERS = frozenset({Role.ANALYST, Role.EDITOR})
EDITORS = frozenset({Role.EDITOR})
ADMINS = frozenset({Role.ADMIN})

ACTS: dict[str, frozenset[Role]] = {
    "record.read": EVERYONE,
    "history.read": WRITERS | ADMINS,
    "source.hand_in": WRITERS,
    "source.allow_visits": EDITORS,
    "capture.retry": WRITERS,
    "capture.compare": WRITERS,
    "source.watch": WRITERS,
    "copy.suggest": WRITERS,
    "copy.confirm": EDITORS,
    "party.edit": WRITERS,
    "place.edit": WRITERS,
    "incident.edit": WRITERS,
    "statement.edit": WRITERS,
    "link.edit": WRITERS,
    "figure.edit": WRITERS,
    "note.edit": WRITERS,
    "comment_request.edit": WRITERS,
    "media_item.edit": WRITERS,
    "draft.keep": WRITERS,
    "act.undo": WRITERS,
    "remark.make": WRITERS,
    "assignment.make": WRITERS,
    "incident.follow": WRITERS,
    "news.read": WRITERS,
    "record.submit": WRITERS,
    "review.take": EDITORS,
    "record.approve": EDITORS,
    "record.set_aside": EDITORS,
    "record.merge": EDITORS,
    "marking.raise": WRITERS,
    "marking.lower": EDITORS,
    "assessment.propose": WRITERS,
    "assessment.reexamine": WRITERS,
    "alarm.answer": WRITERS,
    "assessment.decide": EDITORS,
    "release.make": EDITORS,
    "release.withdraw": EDITORS,
    "operations.read": WRITERS | ADMINS,
    "operations.run": EDITORS | ADMINS,
    "partner.manage": ADMINS,
    "people.manage": ADMINS,
}


def may(user: Any, act: str) -> bool:
    """True when the person's role includes the act. Raises KeyError for an act that is not in the table."""
    roles = ACTS[act]
    return bool(getattr(user, "is_active", False)) and getattr(user, "role", None) in roles


def require(user: Any, act: str) -> None:
    """Raise ``NotAllowed``, naming who could do it, unless the person's role includes the act."""
    if may(user, act):
        return
    who = ", ".join(str(role.label) for role in Role if role in ACTS[act])
    raise NotAllowed(_("Your role does not include this. It can be done by: %(who)s.") % {"who": who})


def require_cleared(user: User, tlp: str, team: Team | None = None) -> None:
    """Raise ``Refused`` when the person could not see a new record with this marking; RED is put on it afterwards."""
    if tlp not in up_to(user.clearance):
        raise Refused(_("You could not see a record with this marking yourself. Choose a lower one."), field="tlp")
    if team is not None and team.pk not in user.team_ids():
        raise Refused(_("You would not see it any more. Choose a team of your own."), field="team")


class SignedInRequest(HttpRequest):
    """A request behind ``@requires``: its user is a person with an account."""

    user: User
    drafting: "Drafting"  # on pages that take a form (harmtracker.drafts)
    here: "Here | None"  # on pages that say who else has their form open (harmtracker.presence)


View = Callable[..., HttpResponseBase]


def requires(act: str) -> Callable[[View], View]:
    """Decorator for views: sign in first, then 403 unless the role includes the act.

    Without a session a page leads to the sign-in page (302); a form that was sent is kept there (403).
    """
    if act not in ACTS:
        raise KeyError(act)

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _sign_in_first(request)
            if not may(request.user, act):
                raise PermissionDenied(_("Your role does not include this."))
            return view(request, *args, **kwargs)

        wrapper.act = act  # type: ignore[attr-defined]  # read by tests/test_access.py
        return wrapper

    return decorate


def _sign_in_first(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page; a form that was sent comes along, so that nothing typed is lost."""
    sealed = keep(request) if request.method == "POST" else ""
    if not sealed:
        return redirect_to_login(request.get_full_path())
    context = {"form": SignInForm(request), "next": request.get_full_path(), "kept": sealed}
    response = render(request, "sign_in.html", context, status=403)
    add_never_cache_headers(response)
    return response
