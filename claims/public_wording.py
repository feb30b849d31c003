"""A first draft of what partners read of a finding, made from what was filled in. A person always reads it over."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.models.assessment import Tried
from claims.models.findings import Finding
from harmtracker.wording import dated

OPENINGS: dict[str, str | Promise] = {
    Finding.COULD_NOT_CONFIRM: gettext_lazy("As of %(date)s %(organisation)s could not independently confirm this."),
    Finding.PARTLY_CORROBORATED: gettext_lazy("As of %(date)s %(organisation)s found parts of this corroborated."),
    Finding.CORROBORATED: gettext_lazy(
        "As of %(date)s %(organisation)s found this corroborated by independent origins."
    ),
    Finding.VERIFIED: gettext_lazy("As of %(date)s %(organisation)s has verified this."),
    Finding.CONTRADICTED: gettext_lazy("As of %(date)s %(organisation)s found this contradicted by evidence."),
    Finding.REFUTED: gettext_lazy("As of %(date)s %(organisation)s found this refuted."),
    Finding.NOT_CHECKABLE: gettext_lazy(
        "%(organisation)s holds that this is not a claim that can be checked (%(date)s)."
    ),
    Finding.WITHDRAWN: gettext_lazy("On %(date)s %(organisation)s withdrew its earlier finding on this."),
}
WHY: dict[str, str | Promise] = {
    Tried.NO_ACCESS: gettext_lazy("the place and the witnesses could not be reached"),
    Tried.NO_SECOND_SOURCE: gettext_lazy("no second source was found"),
    Tried.SOURCES_NOT_INDEPENDENT: gettext_lazy("the sources found are not independent of one another"),
    Tried.MEDIA_NOT_GEOLOCATABLE: gettext_lazy("the photos or video could not be placed"),
    Tried.CONTRADICTING_EVIDENCE: gettext_lazy("the evidence points in different directions"),
    Tried.SOURCE_WITHDRAWN: gettext_lazy("a source was withdrawn"),
}


def draft(finding: str, tried: Iterable[str], tried_words: str, would_settle: str, on: date) -> str:
    """Sentences for partners in the language of the installation; "" for a finding that tells them nothing new.

    They name the organisation and the day, never "we": a partner prints them elsewhere and later.
    """
    if finding not in OPENINGS:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        day = dated(on, "j F Y")
        text = str(OPENINGS[finding]) % {"date": day, "organisation": settings.HARMTRACKER_ORGANISATION}
        if finding != Finding.COULD_NOT_CONFIRM:
            return text
        reasons = [str(WHY[code]) for code in tried if code in WHY]
        reasons += [tried_words.strip().rstrip(".")] if tried_words.strip() else []
        if reasons:
            text += " " + _("In particular, %(reasons)s.") % {"reasons": "; ".join(reasons)}
        if would_settle.strip():
            text += " " + _("What would settle it: %(what)s.") % {"what": would_settle.strip().rstrip(".")}
        return text
