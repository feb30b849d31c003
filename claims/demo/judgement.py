"""What the house makes of the case: records approved, findings proposed and decided, a copy confirmed, a release."""

from claims.actions.assessment import Cited, Proposal, approve, conclude, propose, take_up
from claims.actions.workflow import move
from claims.demo.bucha import Bucha
from claims.demo.case import Setting
from claims.demo.mariupol import Mariupol
from claims.models import Incident, MediaItem, Statement
from claims.models.assessment import Confidence, Credibility, Direction, Reliability, StandardOfProof, Tried
from claims.models.findings import Finding
from claims.release.make import release_incident
from harmtracker.records import Workflow
from sources.catalogue import decide_copy, suggest_copy
from sources.models.copy import CopyKind


def judge(case: Setting, bucha: Bucha, mariupol: Mariupol) -> None:
    """Confirm the copy, approve the records, conclude on some of them and release both incidents."""
    _confirm_copy(case)
    everything = [*bucha.rows.values(), *bucha.counts.values(), *mariupol.rows.values(), *mariupol.counts.values()]
    records: list[Incident | Statement | MediaItem] = [
        bucha.incident, mariupol.incident, bucha.video, mariupol.photographs, *everything
    ]  # fmt: skip
    for record in records:
        _submit(case, record)
        move(record=record, to=Workflow.APPROVED, expected_version=record.version, by=case.cast.editor)
    _submit(case, bucha.not_public[0])
    _find(case, bucha)
    _release(case, bucha.incident, [*bucha.rows.values(), *bucha.counts.values()])
    _release(case, mariupol.incident, [*mariupol.rows.values(), *mariupol.counts.values()])


def _confirm_copy(case: Setting) -> None:
    copy = suggest_copy(
        derived=case.pages.copy.source,
        original=case.pages.report.source,
        kind=CopyKind.TRANSLATION,
        by=case.cast.analyst,
    )
    decide_copy(
        copy=copy,
        confirm=True,
        by=case.cast.second_editor,
        reason="The page says itself that it was translated back from the report.",
    )


def _submit(case: Setting, record: Incident | Statement | MediaItem) -> None:
    move(record=record, to=Workflow.IN_REVIEW, expected_version=record.version, by=case.cast.analyst)


def _find(case: Setting, bucha: Bucha) -> None:
    """A finding of each sort that is honest from a few pages: not confirmed, not checkable, still at work."""
    _could_not_confirm(case, bucha)
    genocide, aid = bucha.rows[2], bucha.rows[9]
    conclude(
        subject=genocide,
        proposal=Proposal(
            finding=Finding.NOT_CHECKABLE,
            reasons="Whether acts are genocide is decided in law, from intent; a statement of it is no fact to check.",
            confidence=Confidence.HIGH,
            public_wording="This is a legal characterization, which is for courts to decide.",
        ),
        expected_version=genocide.version,
        by=case.cast.editor,
    )
    take_up(
        subject=aid,
        reason="Asking aid organisations and local authorities what was delivered, where and when.",
        expected_version=aid.version,
        by=case.cast.analyst,
    )


def _could_not_confirm(case: Setting, bucha: Bucha) -> None:
    incident = bucha.incident
    take_up(
        subject=incident,
        reason="An allegation and a denial stand against each other.",
        expected_version=incident.version,
        by=case.cast.analyst,
    )
    proposal = propose(
        subject=incident,
        proposal=Proposal(
            finding=Finding.COULD_NOT_CONFIRM,
            reasons="The case as entered rests on one report; the second page is a copy of it and adds no origin.",
            standard_of_proof=StandardOfProof.NONE,
            confidence=Confidence.LOW,
            public_wording="From the pages captured for this demonstration the killings could not be confirmed "
            "independently. This says nothing on whether they took place.",
            tried=[Tried.SOURCES_NOT_INDEPENDENT, Tried.NO_SECOND_SOURCE, Tried.OTHER],
            tried_words="Compared the report with its copy and with the post it quotes.",
            would_settle="Captures of the original reports, the published satellite images and the findings of the "
            "United Nations, each from its own origin.",
            evidence=[
                Cited(bucha.rows[1], Direction.FOR, Reliability.B, Credibility.TWO, "From pictures."),
                Cited(bucha.rows[8], Direction.AGAINST, Reliability.F, Credibility.SIX, "A denial by the accused."),
                Cited(bucha.counts["ohchr"], Direction.FOR, Reliability.B, Credibility.TWO, "From a digest."),
                Cited(bucha.note, Direction.CONTEXT),
            ],
        ),
        expected_version=incident.version,
        by=case.cast.analyst,
    )
    approve(assessment=proposal, by=case.cast.editor, reason="Agreed: one origin so far.")
    incident.refresh_from_db()


def _release(case: Setting, incident: Incident, statements: list[Statement]) -> None:
    for record in (incident, *statements):
        record.refresh_from_db()
    release_incident(
        incident=incident,
        expected_version=incident.version,
        statements=statements,
        confirmed_unassessed=True,
        reason="First release of the demonstration case.",
        by=case.cast.editor,
    )
