"""One statement: its page, editing it, answering it, its life after it was said."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from claims import undoing
from claims.actions.link import link_statements, remove_link
from claims.actions.statement import Accused, StatementFields, edit_statement, set_lifecycle
from claims.forms.conflict import Differing, compared, opened_with, with_choices, without_withheld
from claims.forms.link import AnswerForm, RemoveForm
from claims.forms.statement_edit import LifecycleForm, StatementEditForm, as_it_stands, withheld_fields
from claims.logbook import one_party
from claims.models import Incident, Link, MediaItem, Statement
from claims.queries.conversation import remark_count
from claims.queries.offered import MOST_OFFERED, answerable
from claims.queries.statement_page import BEFORE_ALL, statement_page
from claims.restoring import prefill
from claims.undoing_edits import offer_to_undo
from claims.views.explaining import explain
from claims.views.incidents import acts_of, head_of
from harmtracker.drafts import drafted, restore
from harmtracker.errors import Refused, StaleRecord
from harmtracker.htmx import go_to, render_page
from harmtracker.models import AuditEvent
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.presence import shows_presence
from harmtracker.records import called
from harmtracker.undo import offer
from sources.shown import parties_shown_to

ANSWER = "statements/answer.html"


@require_safe
@requires("record.read")
def statement(request: SignedInRequest, ref: str) -> HttpResponse:
    """The words in every rendering, what they answer and who answered, what we make of them."""
    return _page(request, visible_statement(request, ref), LifecycleForm(), RemoveForm())


@require_http_methods(["GET", "HEAD", "POST"])
@requires("link.edit")
@drafted(_lazy("Answer to a statement"))
def statement_answer(request: SignedInRequest, ref: str) -> HttpResponse:
    """Say that a statement answers this one: the first press opens this in the ledger, a second one sends it."""
    target = visible_statement(request, ref)
    incident = _incident_of(request, target)
    form = AnswerForm(request.POST or None, auto_id=f"%s-{target.ref}")
    refused = ("", "")  # the reference of the statement that was not tied, and why
    restore(request, form)
    if request.method == "POST" and form.is_valid():
        kind, answering = form.cleaned_data["answer"]
        try:
            made = link_statements(
                from_statement=_one_to_link(request, answering),
                to_statement=target,
                type=kind,
                by=request.user,
                **{name: form.cleaned_data[name] for name in ("aspect", "basis", "reason")},
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field == "reason" else None, str(refusal.message))
            refused = (answering.strip().upper(), str(refusal.message))
        else:
            page = _line_of(incident, answering) if incident else target.get_absolute_url()
            held = {"pk": str(made.pk), "version": made.version}
            offer(request, _("The link is made."), undoing.added_link, back=page, **held)
            return go_to(request, page)
    find = request.GET.get("find", "")[:20]
    voice, offered = answerable(target, incident, request.user, [find, refused[0]])
    context = {"section": "statements", "voice": voice, "incident": incident, "form": form, "candidates": offered}
    context |= {"refused": refused, "find": find, "is_cut": len(offered) >= MOST_OFFERED}
    return render_page(request, ANSWER, context, fragment="answers", status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("statement.edit")
@drafted(_lazy("Statement, edited"))
@shows_presence(Statement.objects.visible_to)
def statement_edit(request: SignedInRequest, ref: str) -> HttpResponse:
    """Edit what is stated of a statement. When somebody saved meanwhile, both versions stand side by side."""
    shown = visible_statement(request, ref)
    stands = as_it_stands(shown, request.user)
    posted = with_choices(request.POST, stands) if request.method == "POST" else None
    form = StatementEditForm(posted, initial=opened_with(stands))
    restore(request, form)
    without_withheld(form, withheld_fields(shown, request.user))
    prefill(request, shown, "statement", form)
    differing: list[Differing] | None = None
    if posted is not None and form.is_valid():
        try:
            _save(shown, form.cleaned_data, request.user)
        except StaleRecord as refusal:
            stands = as_it_stands(refusal.current, request.user)
            form, differing = compared(StatementEditForm, request.POST, stands)
            explain(form, refusal)
        except Refused as refusal:
            explain(form, refusal)
        else:
            offer_to_undo(request, shown, "statement", since=form.cleaned_data["version"])
            return go_to(request, shown.get_absolute_url())
    last = AuditEvent.objects.filter(subject_id=shown.pk).first() if differing is not None else None
    context = {"section": "statements", "statement": shown, "form": form, "differing": differing, "last": last}
    return render_page(request, "statements/edit.html", context, status=422 if form.errors else 200)


@require_POST
@requires("statement.edit")
def statement_lifecycle(request: SignedInRequest, ref: str) -> HttpResponse:
    """Mark a statement as corrected, superseded, retracted or removed, or as current again."""
    shown = visible_statement(request, ref)
    form = LifecycleForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        before = {"lifecycle": shown.lifecycle, "reason": shown.lifecycle_reason}
        try:
            set_lifecycle(
                statement=shown,
                lifecycle=given["lifecycle"],
                reason=given["reason"],
                expected_version=given["version"],
                by=request.user,
            )
        except Refused as refusal:
            explain(form, refusal)
        else:
            page, held = shown.get_absolute_url(), {"pk": str(shown.pk), "version": shown.version} | before
            offer(request, _("%(ref)s: %(state)s.") % _state(shown), undoing.lifecycle_set, back=page, **held)
            return go_to(request, page)
    return _page(request, visible_statement(request, ref), form, RemoveForm(), status=422)


@require_POST
@requires("link.edit")
def link_remove(request: SignedInRequest, pk: str) -> HttpResponse:
    """Take a link back, with a reason."""
    seen = Statement.objects.visible_to(request.user)
    link = get_object_or_404(Link, pk=pk, removed_at=None, from_statement__in=seen, to_statement__in=seen)
    form = RemoveForm(request.POST)
    if form.is_valid():
        try:
            remove_link(link=link, reason=form.cleaned_data["reason"], by=request.user)
        except Refused as refusal:
            explain(form, refusal)
        else:
            page, held = link.from_statement.get_absolute_url(), {"pk": str(link.pk), "version": link.version}
            offer(request, _("The link is removed; it stays in the history."), undoing.removed_link, back=page, **held)
            return go_to(request, page)
    shown = visible_statement(request, link.from_statement.ref)
    return _page(request, shown, LifecycleForm(), form, status=422, removing=link.pk)


def visible_statement(request: SignedInRequest, ref: str) -> Any:
    """The statement, or 404 both for what does not exist and for what this person may not see."""
    rows = Statement.objects.visible_to(request.user).select_related("party", "on_behalf_of", "media_item")
    return get_object_or_404(rows.annotate(remark_count=remark_count()), ref=ref)


def _page(
    request: SignedInRequest,
    shown: Statement,
    lifecycle: LifecycleForm,
    removal: RemoveForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    after = uuid.UUID(int=more["removing"].int - 1) if "removing" in more else _after(request.GET.get("links", ""))
    page = statement_page(shown, request.user, after)
    context = {"section": "statements", "page": page, "voice": page.voice, "statement": page.voice.statement}
    context["is_further"] = after != BEFORE_ALL
    context |= {"can": acts_of(request.user), "lifecycle": lifecycle, "removal": removal, "shown": shown}
    return render_page(
        request,
        "statements/detail.html",
        context | head_of(page.voice.statement, page.published) | more,
        status=status,
    )


def _after(written: str) -> uuid.UUID:
    """The link after which the answers go on; all of them for an address that names none."""
    try:
        return uuid.UUID(written)
    except ValueError:
        return BEFORE_ALL


def _incident_of(request: SignedInRequest, target: Statement) -> Incident | None:
    """The incident whose statements are offered: the one named in the address, else the first it is about."""
    seen = Incident.objects.visible_to(request.user).filter(statements=target).order_by("-created_at", "id")
    named = request.POST.get("incident") or request.GET.get("incident", "")
    return called(seen, named).first() or seen.first()


def _line_of(incident: Incident, ref: str) -> str:
    """Where a statement stands in the ledger, in whichever part of it."""
    return f"{incident.get_absolute_url()}?at={ref}#{ref}"


def _one_to_link(request: SignedInRequest, ref: str) -> Statement:
    found = called(Statement.objects.visible_to(request.user), ref).first()
    if found is None:
        raise Refused(_("No statement is held under “%(ref)s”.") % {"ref": ref})
    return found


def _save(shown: Statement, given: dict[str, Any], by: Any) -> None:
    """Save the edit; what is withheld from the person stays as it is where the form left it empty."""
    seen, withheld = parties_shown_to(by), withheld_fields(shown, by)
    behalf = shown.on_behalf_of
    if given["on_behalf_of"]:
        behalf = one_party(given["on_behalf_of"], user=by, field="on_behalf_of")
    elif behalf and "on_behalf_of" not in withheld and seen.filter(pk=behalf.pk).exists():
        behalf = None
    given |= {name: getattr(shown, name) for name in ("role_words", "said_in") if name in withheld and not given[name]}
    fields = StatementFields(
        party=one_party(given["party"], user=by, field="party") if given["party"] else shown.party,
        on_behalf_of=behalf,
        media_item=_media_item(shown, given["media_item"], by),
        responsibility_position=given["responsibility_position"] or None,
        names_nobody=given["names_nobody"] if given["kind"] == "allegation" else None,
        **{
            name: given[name]
            for name in ("kind", "spoken_as", "role_words", "said_in", "how_known", "said", "checkability")
        },
        said_zone=given["said_zone"] or "UTC",
    )
    edit_statement(
        statement=shown,
        given=fields,
        expected_version=given["version"],
        accuses=_accused(shown, given["accuses"], by),
        by=by,
        reason=given["reason"],
    )


def _accused(shown: Statement, names: str, by: Any) -> list[Accused]:
    rows = list(shown.accuses.select_related("party").order_by("id"))
    seen = set(parties_shown_to(by).filter(pk__in=[row.party_id for row in rows]).values_list("pk", flat=True))
    wording = {row.party_id: row.wording for row in rows}
    parties = [one_party(name, user=by, field="accuses") for name in names.split(";") if name.strip()]
    kept = [row.party for row in rows if row.party_id not in seen]
    return [Accused(party, wording.get(party.pk, "")) for party in dict.fromkeys([*kept, *parties])]


def _media_item(shown: Statement, ref: str, by: Any) -> MediaItem | None:
    seen = MediaItem.objects.visible_to(by)
    if not ref.strip():
        hidden = shown.media_item_id and not seen.filter(pk=shown.media_item_id).exists()
        return shown.media_item if hidden else None
    found: MediaItem | None = called(seen, ref).first()
    if found is None:
        raise Refused(_("No photo or video is held under this reference."), field="media_item")
    return found


def _state(shown: Statement) -> dict[str, str]:
    return {"ref": shown.ref, "state": shown.get_lifecycle_display()}
