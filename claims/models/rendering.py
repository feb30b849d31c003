"""The words of a statement in one language, from one source."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.models.statement import Statement
from harmtracker.identity import new_id
from harmtracker.records import Record, choice_constraint
from sources.models import Capture, Source


class Fidelity(models.TextChoices):
    VERBATIM = "verbatim", _("Verbatim")
    TRANSLATION = "translation", _("Translation")
    PARAPHRASE = "paraphrase", _("Paraphrase")
    SUMMARY = "summary", _("Summary")


class Translator(models.TextChoices):
    SPEAKER = "speaker", _("the speaker")
    PUBLISHER = "publisher", _("the publisher")
    TRACKER_HUMAN = "tracker_human", _("us, a person")
    TRACKER_MACHINE = "tracker_machine", _("us, a machine")


class Rendering(Record):
    """Words in one language from one source, with the W3C TextQuoteSelector that finds them in captured text.

    ``start`` and ``end`` are code points into ``capture.text``; ``exact`` are the captured words there (a trigger
    compares). Verbatim words, and a translation by speaker or publisher, are the captured words; our own translation
    has no selector and names the rendering it translates; a paraphrase or summary may point at the passage it rests
    on and never carries quotation marks. Withdrawn renderings stay, with who, when and why. The attribution (the words
    that say who is quoted) has a span of its own in the same capture.
    """

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="renderings")
    lang = models.CharField(max_length=35, help_text=_("BCP 47."))
    text = models.TextField()
    fidelity = models.CharField(max_length=12, choices=Fidelity.choices)
    translator = models.CharField(max_length=16, choices=Translator.choices, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, related_name="renderings")
    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, null=True, related_name="renderings")
    exact = models.TextField(blank=True)
    prefix = models.TextField(blank=True)
    suffix = models.TextField(blank=True)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    text_sha256 = models.CharField(max_length=64, blank=True, help_text=_("Hash of the captured text quoted from."))
    attribution_start = models.PositiveIntegerField(null=True)
    attribution_end = models.PositiveIntegerField(null=True)
    attribution_exact = models.TextField(blank=True)
    translates = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="translations")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            choice_constraint("rendering", "fidelity", Fidelity),
            models.CheckConstraint(condition=~Q(text=""), name="rendering_has_words"),
            models.CheckConstraint(condition=~Q(lang=""), name="rendering_has_language"),
            models.CheckConstraint(
                condition=Q(fidelity="translation", translator__in=Translator.values)
                | (~Q(fidelity="translation") & Q(translator="")),
                name="rendering_translation_has_translator",
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True, end__isnull=True, exact="", text_sha256="")
                | (
                    Q(capture__isnull=False, start__isnull=False, end__isnull=False, start__lt=F("end"))
                    & ~Q(exact="")
                    & ~Q(text_sha256="")
                ),
                name="rendering_selector_whole",
            ),
            models.CheckConstraint(
                condition=Q(attribution_start__isnull=True, attribution_end__isnull=True, attribution_exact="")
                | (
                    Q(
                        start__isnull=False,
                        attribution_start__isnull=False,
                        attribution_end__isnull=False,
                        attribution_start__lt=F("attribution_end"),
                    )
                    & ~Q(attribution_exact="")
                ),
                name="rendering_attribution_whole",
            ),
            models.CheckConstraint(
                condition=~(Q(fidelity="verbatim") | Q(fidelity="translation", translator__in=["speaker", "publisher"]))
                | (Q(start__isnull=False) & Q(text=F("exact"))),
                name="rendering_quotation_is_captured",
            ),
            models.CheckConstraint(
                condition=~Q(translator__in=["tracker_human", "tracker_machine"])
                | Q(translates__isnull=False, start__isnull=True),
                name="rendering_own_translation_names_original",
            ),
            models.CheckConstraint(
                condition=Q(translates__isnull=False) | Q(source__isnull=False), name="rendering_has_source"
            ),
            models.CheckConstraint(
                condition=~Q(fidelity__in=["paraphrase", "summary"]) | ~Q(text__regex=r"^\s*[\"“”«„‘'].*[\"“”»'’]\s*$"),
                name="rendering_paraphrase_not_quoted",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="rendering_withdrawn_with_reason",
            ),
        ]
        indexes = [
            # Which sources stand behind ten thousand statements is read from the index alone.
            models.Index(
                fields=["statement", "source"],
                condition=Q(withdrawn_at__isnull=True, source__isnull=False),
                name="rendering_quoted_source",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_quotation(self) -> bool:
        """True when the words are the captured words themselves, shown as speech."""
        return self.text == self.exact


class QuoteOutcome(models.TextChoices):
    EXACT = "exact", _("Exact")
    FORMAT_ONLY = "format_only", _("Same words, other form")
    EDITED = "edited", _("Words changed")
    MOVED = "moved", _("Moved")
    MISSING = "missing", _("Not found")
    AMBIGUOUS = "ambiguous", _("Found in several places")
    UNCHECKED = "unchecked", _("Not checked")


NOT_AS_QUOTED = (QuoteOutcome.EDITED, QuoteOutcome.MOVED, QuoteOutcome.MISSING, QuoteOutcome.AMBIGUOUS)
"""Ways in which quoted words do not stand in a capture as they were taken."""


class QuoteCheck(models.Model):
    """What became of a rendering's words in one capture, of its own source or of a copy. Append-only.

    The check in its own source's newest capture is the one shown first. ``operations`` is ``[{"class", "before",
    "after"}]``; ``candidates`` ``[{"start", "end", "score"}]``. The attribution is looked for as well: "" where the
    rendering has none.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rendering = models.ForeignKey(Rendering, on_delete=models.PROTECT, related_name="checks")
    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="quote_checks")
    outcome = models.CharField(max_length=12, choices=QuoteOutcome.choices)
    operations: Any = models.JSONField(default=list)
    candidates: Any = models.JSONField(default=list)
    attribution_outcome = models.CharField(max_length=12, choices=QuoteOutcome.choices, blank=True)
    attribution_operations: Any = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rendering", "capture"], name="quote_check_once"),
            choice_constraint("quote_check", "outcome", QuoteOutcome),
            models.CheckConstraint(
                condition=Q(attribution_outcome__in=["", *QuoteOutcome.values]),
                name="quote_check_attribution_outcome_known",
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(outcome__in=NOT_AS_QUOTED), name="quote_check_not_as_quoted"),
        ]

    def __str__(self) -> str:
        return f"{self.rendering_id} {self.outcome}"
