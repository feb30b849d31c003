"""What every part of the case is entered with: people, parties, places, captures, and how words are selected."""

from collections.abc import Sequence
from dataclasses import dataclass

from claims.actions.link import link_statements
from claims.actions.statement import Accused, StatementFields, add_rendering, log_statement
from claims.actions.words import Words
from claims.demo.accounts import Cast
from claims.demo.captures import Pages
from claims.demo.cast import Places
from claims.models import Incident, Link, Statement
from claims.models.rendering import Fidelity, Translator
from harmtracker.markings import Tlp
from harmtracker.models import Team
from sources.models import Capture, Party
from sources.quotes import to_utf16


@dataclass(frozen=True)
class Setting:
    """Who works, who is spoken of, where, and on which captured pages."""

    cast: Cast
    parties: dict[str, Party]
    places: Places
    pages: Pages

    def log(
        self,
        given: StatementFields,
        words: Words,
        incident: Incident,
        *more: Words,
        accuses: Sequence[Accused] = (),
        tlp: str = Tlp.GREEN,
        handling: list[str] | None = None,
        team: Team | None = None,
    ) -> Statement:
        """Log a statement as the analyst, with all its renderings."""
        statement = log_statement(
            given=given,
            words=words,
            incidents=[incident],
            by=self.cast.analyst,
            accuses=accuses,
            tlp=tlp,
            handling=handling,
            team=team,
        )
        for each in more:
            add_rendering(statement=statement, words=each, by=self.cast.analyst)
        return statement

    def link(self, answer: Statement, type: str, target: Statement, aspect: str, reason: str = "") -> Link:  # noqa: A002
        """Tie two statements as the analyst; with a reason it is we who tie them, without one the speaker does."""
        return link_statements(
            from_statement=answer,
            to_statement=target,
            type=type,
            aspect=aspect,
            basis="editorial" if reason else "explicit",
            reason=reason,
            by=self.cast.analyst,
        )


def quoted(capture: Capture, exact: str, *, within: str = "", lang: str = "en", translator: str = "") -> Words:
    """Words as a person selects them: verbatim, or a translation by the speaker or publisher.

    ``within`` is a longer passage that stands once in the text and tells which place is meant.
    """
    start, end = _span(capture, exact, within or exact)
    return Words(
        lang=lang,
        capture=capture,
        exact=exact,
        utf16_start=start,
        utf16_end=end,
        fidelity=Fidelity.TRANSLATION if translator else Fidelity.VERBATIM,
        translator=translator,
    )


def translated(capture: Capture, exact: str, *, within: str = "") -> Words:
    """Words as the publisher of the page translated them."""
    return quoted(capture, exact, within=within, translator=Translator.PUBLISHER)


def summed_up(capture: Capture, text: str, passage: str, *, paraphrase: bool = False) -> Words:
    """Words of ours for what was said, resting on a passage of the page."""
    start, end = _span(capture, passage, passage)
    return Words(
        lang="en",
        fidelity=Fidelity.PARAPHRASE if paraphrase else Fidelity.SUMMARY,
        capture=capture,
        exact=passage,
        utf16_start=start,
        utf16_end=end,
        text=text,
    )


def _span(capture: Capture, exact: str, within: str) -> tuple[int, int]:
    """UTF-16 offsets of ``exact`` inside the one place where ``within`` stands, as a browser would send them."""
    if capture.text.count(within) != 1:
        raise LookupError(f"{within!r} stands {capture.text.count(within)} times in {capture.source.title!r}")
    start = capture.text.index(within) + within.index(exact)
    return to_utf16(capture.text, start, start + len(exact))
