"""What a person types is kept by the server before it is sent, so that at most the last seconds are ever lost.

A view that takes a larger form is marked ``@drafted(label)``; it then knows the draft of the page that is opened
(``request.drafting``) and throws it away once the form has been sent with success. A draft belongs to one person and
one page of theirs. Two tabs of the same page never overwrite each other: what the other tab saved last is set beside.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from harmtracker.errors import Refused
from harmtracker.models import Draft, User
from harmtracker.permissions import SignedInRequest, may, require

MOST_CHARACTERS = 200_000  # of one draft: four times the longest form that was ever filled in
MOST_DRAFTS = 500  # of one person
LONGEST_KEY = 150
OTHER = "#other"  # after the key of what a second tab of the same page had saved
KEY, SAVED = "draft_key", "draft_saved"
NOT_KEPT = frozenset({"csrfmiddlewaretoken", KEY, SAVED, "draft"})
SECRET = ("password", "passphrase", "token", "secret")
# What makes two openings of one address two different forms; everything else in the query only fills fields in.
TELLING = ("start", "end", "aspect", "statement", "answers")


@dataclass(frozen=True)
class Drafting:
    """The page a request opened or sent: the key of its draft, and the draft that was found."""

    key: str
    draft: Draft | None = None
    saved: str = ""

    @property
    def token(self) -> str:
        """Which saving of the draft the page knows of; "" for none."""
        return stamp(self.draft) if self.draft else self.saved


@dataclass(frozen=True)
class Page:
    """The form a draft belongs to. ``url`` opens it with the draft in it."""

    label: str
    act: str
    kwargs: dict[str, Any]
    url: str


@dataclass(frozen=True)
class Saved:
    """The draft as it was saved; ``elsewhere`` is what another tab of the same page had saved, set beside it."""

    draft: Draft
    elsewhere: Draft | None


def stamp(draft: Draft) -> str:
    """Names one saving of a draft."""
    return draft.saved_at.isoformat()


def drafted(label: Any) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Decorator for views that take a form; stands inside ``@requires``. ``label`` names the form on the desk."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def wrapper(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.drafting = _drafting(request)
            response = view(request, *args, **kwargs)
            if request.method == "POST" and (response.status_code == 302 or response.has_header("HX-Redirect")):
                _was_sent(request)
            return response

        wrapper.draft_label = label  # type: ignore[attr-defined]  # read by page_of
        return wrapper

    return decorate


def _drafting(request: SignedInRequest) -> Drafting:
    match = request.resolver_match
    key = _key(str(match.url_name if match else ""), request)
    if request.method == "POST":
        return Drafting(key, saved=request.POST.get(SAVED, ""))
    wanted = key + OTHER if request.GET.get("draft") == "other" else key
    return Drafting(key, Draft.objects.filter(owner=request.user, key=wanted).first())


def _key(name: str, request: HttpRequest) -> str:
    telling = urlencode([(each, request.GET[each]) for each in TELLING if request.GET.get(each)])
    key = f"{name}:{request.path}"
    return f"{key}?{telling}" if telling and len(key) + len(telling) < LONGEST_KEY else key


def page_of(key: str) -> Page | None:
    """The form of this key; None for anything that is not the address of a form whose drafts are kept."""
    name, _colon, address = key.removesuffix(OTHER).partition(":")
    match = _resolved(address.partition("?")[0])
    label = getattr(match.func, "draft_label", None) if match else None
    if match is None or label is None or match.url_name != name:
        return None
    url = address
    if key.endswith(OTHER):
        url += ("&" if "?" in address else "?") + "draft=other"
    return Page(str(label), getattr(match.func, "act", ""), match.kwargs, url)


def _resolved(path: str) -> ResolverMatch | None:
    try:
        return resolve(path)
    except Http404:
        return None


def restore(request: SignedInRequest, *forms: BaseForm) -> None:
    """Fill forms that were just opened with what the draft holds. The version stays that of when it was typed."""
    if request.drafting.draft is not None:
        fill(typed(request.drafting.draft), *forms)


def fill(data: QueryDict, *forms: BaseForm) -> None:
    """Fill forms that are not sent yet with what was typed, complaining of nothing."""
    for form in forms:
        initial = dict(form.initial)
        for name, field in form.fields.items():
            sent_as = form.add_prefix(name)
            if not field.widget.value_omitted_from_data(data, {}, sent_as):
                initial[name] = field.widget.value_from_datadict(data, {}, sent_as)
        form.initial = initial


def typed(draft: Draft) -> QueryDict:
    """The fields of a draft as a form that was sent."""
    data = QueryDict(mutable=True)
    for name, values in draft.fields.items():
        data.setlist(name, values)
    return data


def kept_fields(sent: QueryDict) -> dict[str, list[str]]:
    """What is kept of a form: no keys of the page, nothing secret."""
    return {
        name.replace("\x00", ""): [str(value).replace("\x00", "") for value in values]
        for name, values in sent.lists()
        if name not in NOT_KEPT and not any(word in name.lower() for word in SECRET)
    }


def save_draft(*, key: str, sent: QueryDict, known: str, by: User) -> Saved:
    """Keep what was typed into the form of this key, the last typed on top.

    ``known`` is the stamp of the saving the tab knows of. Where another tab has saved since, what that one saved is set
    beside and not overwritten. Raises ``Refused`` for a page that takes no drafts and for too much.
    """
    require(by, "draft.keep")
    page = page_of(key)
    if page is None or len(key) > LONGEST_KEY or key.endswith(OTHER) or not may(by, page.act):
        raise Refused(_("What is typed on this page is not kept."), code="not_a_form")
    fields = kept_fields(sent)
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > MOST_CHARACTERS:
        raise Refused(_("Not kept: this is longer than what can be kept by itself. Send it, or shorten it."))
    version = "".join(fields.get("version", [])[:1])
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one's own tabs take turns
        mine = Draft.objects.filter(owner=by)
        held = {each.key: each for each in mine.filter(key__in=(key, key + OTHER))}
        if key not in held and mine.count() >= MOST_DRAFTS:
            raise Refused(_("Not kept: you have %(number)s unsent forms. Throw some away.") % {"number": MOST_DRAFTS})
        elsewhere = _set_beside(mine, held, key, known, fields)
        draft, _is_new = Draft.objects.update_or_create(
            owner=by,
            key=key,
            defaults={"fields": fields, "based_on": int(version) if version.isdecimal() and len(version) < 9 else None},
        )
    return Saved(draft, elsewhere)


def _set_beside(mine: Any, held: dict[str, Draft], key: str, known: str, fields: dict[str, list[str]]) -> Draft | None:
    """Put aside what another tab saved last under this key, so that both are kept; None when there is no other tab."""
    last = held.get(key)
    if last is None or stamp(last) == known or last.fields == fields:
        return None
    mine.filter(key=key + OTHER).delete()
    mine.filter(pk=last.pk).update(key=key + OTHER)
    return last


def throw_away(*, pk: Any, by: User) -> Page | None:
    """Forget one's own draft; the page it belonged to, None when it is not there (any more)."""
    require(by, "draft.keep")
    found = Draft.objects.filter(owner=by, pk=pk).first()
    if found is None:
        return None
    Draft.objects.filter(pk=found.pk).delete()
    return page_of(found.key.removesuffix(OTHER))


def _was_sent(request: SignedInRequest) -> None:
    """Forget the draft of a form that was sent: the saving its tab knew of, or one that says the same."""
    key, fields = request.drafting.key, kept_fields(request.POST)
    rows = Draft.objects.filter(owner=request.user, key__in=(key, key + OTHER))
    gone = [each.pk for each in rows if stamp(each) == request.drafting.saved or each.fields == fields]
    Draft.objects.filter(pk__in=gone).delete()


def drafts_of(user: User) -> Iterable[tuple[Draft, Page]]:
    """One's own drafts with their pages, newest first, as far as the role still includes the act.

    What was typed is left in the database: all of it together may be very long.
    """
    for draft in Draft.objects.filter(owner=user).defer("fields"):
        page = page_of(draft.key)
        if page is not None and may(user, page.act):
            yield draft, page


def ago(draft: Draft) -> int:
    """Seconds since the draft was saved."""
    return max(0, int((timezone.now() - draft.saved_at).total_seconds()))
