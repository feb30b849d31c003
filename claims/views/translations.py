"""Adding our own translation of a statement's words, beside those it translates."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from claims.actions.statement import add_rendering
from claims.actions.words import Words
from claims.forms.statement import offer
from claims.forms.translation import TranslationForm
from claims.models import Rendering
from claims.models.rendering import Fidelity
from claims.queries.offered import answerable
from claims.templatetags.ledger import said_in_language
from claims.undoing_added import rendering_added
from claims.views.explaining import explain
from claims.views.statements import visible_statement
from harmtracker.drafts import drafted, restore
from harmtracker.errors import Refused
from harmtracker.htmx import go_to, render_page
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.undo import offer as offer_undo

OURS = ("tracker_human", "tracker_machine")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("statement.edit")
@drafted(_lazy("Our translation"))
def translate(request: SignedInRequest, ref: str) -> HttpResponse:
    """The words as they are held, and beside them a form for a translation of ours."""
    shown = visible_statement(request, ref)
    voice, _offered = answerable(shown, None, request.user)
    held = {str(each.rendering.pk): each.rendering for each in voice.words if each.rendering.translator not in OURS}
    form = TranslationForm(request.POST or None, initial={"translates": next(iter(held), "")})
    restore(request, form)
    offer(form, "translates", [(key, _in_short(rendering)) for key, rendering in held.items()])
    if request.method == "POST" and form.is_valid():
        try:
            made = add_rendering(statement=shown, words=_words(form.cleaned_data, held), by=request.user)
        except Refused as refusal:
            explain(form, refusal)
        else:
            words, page = _("The translation stands beside the words it translates."), shown.get_absolute_url()
            offer_undo(request, words, rendering_added, back=page, pk=str(made.pk), version=made.version)
            return go_to(request, page)
    context = {"section": "statements", "statement": shown, "voice": voice, "form": form}
    return render_page(request, "statements/translate.html", context, status=422 if form.errors else 200)


def _words(given: dict[str, Any], held: dict[str, Rendering]) -> Words:
    return Words(
        lang=given["lang"],
        fidelity=Fidelity.TRANSLATION,
        translator=given["translator"],
        text=given["text"],
        translates=held[given["translates"]],
    )


def _in_short(rendering: Rendering) -> str:
    return f"{said_in_language(rendering)}: {rendering.text[:80]}"
